/** For the failover tests: a proxy in front of a broker, which loses answers or is not there. */
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** From now on, lets `count` answers to produce requests be lost: the broker has the records, the client hears nothing. */
  dropProduceReplies(count: number): void;
  readonly dropped: number;
  close(): void;
}

const PRODUCE = 0;

export async function startProxy(targetPort: number, port = 0): Promise<Proxy> {
  let toDrop = 0;
  let dropped = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connectSocket(targetPort, '127.0.0.1');
    const produces = new Set<number>();
    const cut = (): void => { client.destroy(); broker.destroy(); };
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', cut).on('close', cut);
    }
    const requests = frames((frame) => {
      // size int32, api key int16, version int16, correlation id int32
      if (frame.readInt16BE(4) === PRODUCE) produces.add(frame.readInt32BE(8));
      broker.write(frame);
    });
    const answers = frames((frame) => {
      const isProduce = produces.delete(frame.readInt32BE(4));
      if (!isProduce || toDrop === 0) return void client.write(frame);
      toDrop -= 1;
      dropped += 1;
      cut(); // the answer is lost together with its connection
    });
    client.on('data', requests);
    broker.on('data', answers);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    dropProduceReplies: (count) => { toDrop += count; },
    get dropped() { return dropped; },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function frames(each: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const size = 4 + rest.readInt32BE(0);
      each(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  };
}
