import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A TCP proxy in front of MongoDB that can swallow what the server answers, or cut all connections: the writer cannot
 * know then whether its write arrived.
 */
export interface CuttingProxy {
  readonly uri: string;
  /** The next request that contains `marker` reaches the server; its reply does not come back, and the connection ends. */
  dropReplyTo(marker: string): Promise<void>;
  /** The next request that contains `marker` does not reach the server either. */
  dropRequest(marker: string): Promise<void>;
  /** No connection works until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(address: string): Promise<CuttingProxy> {
  const [host, port] = address.split(':');
  const sockets = new Set<Socket>();
  let down = false;
  let trap: { marker: Buffer; passOn: boolean; sprung(): void } | undefined;
  const server = createServer((client) => {
    if (down) return void client.destroy();
    const upstream = connect(Number(port), host);
    let swallow = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      if (trap && bytes.includes(trap.marker)) {
        const { passOn, sprung } = trap;
        trap = undefined;
        swallow = true;
        sprung();
        if (!passOn) return void client.destroy();
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => {
      if (swallow) client.destroy();
      else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const set = (marker: string, passOn: boolean) => new Promise<void>((sprung) => (trap = { marker: Buffer.from(marker), passOn, sprung }));
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    uri: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?directConnection=true`,
    dropReplyTo: (marker) => set(marker, true),
    dropRequest: (marker) => set(marker, false),
    cut: () => {
      down = true;
      cutAll();
    },
    mend: () => void (down = false),
    close: async () => {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
