import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
}

/** A collector of traces, as small as it can be: OTLP over HTTP as JSON, kept in memory. */
export async function startCollector() {
  const spans: CollectedSpan[] = [];
  const problems: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    try {
      spans.push(...read(JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString())));
    } catch (error) {
      problems.push(`${request.url} ${request.headers['content-type']}: ${(error as Error).message}`);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    problems,
    ofTrace: (traceId: string) => spans.filter((span) => span.traceId === traceId),
    close: () => new Promise<void>((resolve) => (server.close(() => resolve()), server.closeAllConnections())),
  };
}

function read(body: any): CollectedSpan[] {
  return body.resourceSpans.flatMap((resource: any) => {
    const service = resource.resource.attributes.find(({ key }: { key: string }) => key === 'service.name').value.stringValue;
    return resource.scopeSpans.flatMap(({ spans }: any) =>
      spans.map(({ name, traceId, spanId, parentSpanId = '' }: CollectedSpan) => ({ service, name, traceId, spanId, parentSpanId })),
    );
  });
}
