import { Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram } from 'prom-client';

/** The process's one registry, served at `/metrics`. Register with `registers: [metrics]`. */
export const metrics = new Registry();

let collecting = false;

/** Node's own figures (event loop lag, heap, CPU); once a process. */
export function collectProcessMetrics(service: string): void {
  if (collecting) return;
  collecting = true;
  metrics.setDefaultLabels({ service });
  collectDefaultMetrics({ register: metrics });
}
