import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Logger } from '@youdian/telemetry';
import express, { type Express } from 'express';
import { isLoopback } from '../config.ts';
import { openApi } from '../openapi/openapi.ts';
import { securityHeaders } from '../page/security-headers.ts';
import { servePage } from '../page/serve-page.ts';
import type { Peers } from '../peers.ts';
import { hostNotLoopback, methodNotAllowed, pathUnknown } from '../problem/refusals.ts';
import { routes } from '../routes.ts';
import { observe, sendJson, type Observed } from './answer.ts';
import { handle, type Asked } from './handle.ts';

export interface AppOptions {
  readonly peers: Peers;
  readonly log: Logger;
  /** Answers any Host; else loopback's names only, so that no foreign page reaches in by a name of its own. */
  readonly anyHost: boolean;
}

type Work = (request: Asked, response: ServerResponse) => Promise<void>;

export function createApp({ peers, log, anyHost }: AppOptions): Express {
  const observed: Observed = { log, newTraceId: () => randomBytes(16).toString('hex') };
  const answering = (name: string, work: Work) => (request: express.Request, response: express.Response) =>
    observe(request, response, name, observed, () => work(request as unknown as Asked, response));

  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('case sensitive routing', true).set('strict routing', true);
  app.use(securityHeaders());
  app.use((request, response, next) => {
    if (anyHost || isLoopback(request.hostname ?? '')) return next();
    return answering('refused host', async () => Promise.reject(hostNotLoopback()))(request, response);
  });

  for (const [path, there] of byPath()) {
    const entry = app.route(path.replace(/\{(\w+)\}/g, ':$1'));
    for (const route of there) {
      const verb = route.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch';
      entry[verb](answering(path, (request, response) => handle(route, peers, request, response)));
    }
    const allowed = there.map(({ method }) => method);
    entry.all(answering(path, async ({ method }) => Promise.reject(methodNotAllowed(method ?? '', allowed))));
  }

  const described = openApi(routes);
  app.get('/api/openapi.json', answering('/api/openapi.json', async (_request, response) => sendJson(response, 200, described)));
  app.use(servePage(log));
  app.use(answering('unmatched', () => Promise.reject(pathUnknown())));
  app.use((error: unknown, request: express.Request, response: express.Response, _next: express.NextFunction) =>
    answering('unmatched', () => Promise.reject(error))(request, response),
  );
  return app;
}

/** Paths with a fixed last part come before those with a parameter there. */
function byPath(): Map<string, (typeof routes)[number][]> {
  return Map.groupBy([...routes].sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{'))), ({ path }) => path);
}
