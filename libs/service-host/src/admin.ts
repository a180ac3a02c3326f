import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics } from '@youdian/telemetry';

/** /livez: the process answers. /readyz: 200, or 503 with what it waits for. /metrics: Prometheus. */
export async function serveAdmin(listen: string, waiting: () => Record<string, string>) {
  const [host, port] = listen.split(':') as [string, string];
  const server = createServer(async (request, response) => {
    const send = (status: number, type: string, body: string) => response.writeHead(status, { 'content-type': type }).end(body);
    if (request.url === '/livez') return send(200, 'application/json', '{"status":"alive"}');
    if (request.url === '/readyz') {
      const reasons = waiting();
      const ready = Object.keys(reasons).length === 0;
      return send(ready ? 200 : 503, 'application/json', JSON.stringify({ status: ready ? 'ready' : 'waiting', waiting: reasons }));
    }
    if (request.url === '/metrics') return send(200, metrics.contentType, await metrics.metrics());
    return send(404, 'text/plain', 'try /livez, /readyz or /metrics\n');
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(Number(port), host, resolve));
  const bound = server.address() as AddressInfo;
  return {
    address: `${bound.address}:${bound.port}`,
    close: () => new Promise<void>((resolve) => (server.close(() => resolve()), server.closeAllConnections())),
  };
}
