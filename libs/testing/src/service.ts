import { nodeCompileCache, type Started } from '@youdian/launcher';
import { start } from './process.ts';

const READY_LIMIT_MS = 40_000;
const PROBE_EVERY_MS = 25;

/** One service in its own process, ready. */
export interface RunningService extends Started {
  /** `host:port` of its gRPC server. */
  readonly grpc: string;
  /** `host:port` of /livez, /readyz and /metrics. */
  readonly admin: string;
  /** From spawning to ready. */
  readonly startMs: number;
}

/** Starts `apps/<app>/src/main.ts` with free ports and waits for /readyz. */
export async function startService(app: string, env: Readonly<Record<string, string>>): Promise<RunningService> {
  const began = performance.now();
  const main = new URL(`../../../apps/${app}/src/main.ts`, import.meta.url).pathname;
  const service = start(process.execPath, [main], { PATH: process.env['PATH'], NODE_COMPILE_CACHE: nodeCompileCache(), LOG_LEVEL: 'info', ...env });
  try {
    const admin = (await service.said(/"admin":"([^"]+)"/, READY_LIMIT_MS))[1]!;
    const grpc = (await service.said(/"grpc":"([^"]+)"/, READY_LIMIT_MS))[1]!;
    let answer = '';
    while ((answer = await readyz(admin)) !== 'ready') {
      if (performance.now() - began > READY_LIMIT_MS) throw new Error(`${app} is not ready: ${answer}\n${service.output().slice(-4_000)}`);
      await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
    }
    return { ...service, grpc, admin, startMs: performance.now() - began };
  } catch (error) {
    await service.kill();
    throw error;
  }
}

async function readyz(admin: string): Promise<string> {
  const response = await fetch(`http://${admin}/readyz`);
  const text = await response.text();
  return response.ok ? 'ready' : text;
}
