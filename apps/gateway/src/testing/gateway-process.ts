import { start } from '@youdian/testing';

const READY_LIMIT_MS = 20_000;
export const MAIN = new URL('../main.ts', import.meta.url).pathname;

/** The real gateway in its own process, on free ports, ready. */
export async function startGateway(env: Readonly<Record<string, string>>) {
  const began = performance.now();
  const gateway = start(process.execPath, [MAIN], { PATH: process.env['PATH'], HTTP_LISTEN: '127.0.0.1:0', ...env });
  const ready = async () => {
    const http = (await gateway.said(/"http":"([^"]+)"/, READY_LIMIT_MS))[1]!;
    const admin = (await gateway.said(/"admin":"([^"]+)"/, READY_LIMIT_MS))[1]!;
    await gateway.said(/"msg":"ready"/, READY_LIMIT_MS);
    return { url: `http://${http}`, admin: `http://${admin}`, startMs: performance.now() - began };
  };
  try {
    return { ...gateway, ...(await ready()) };
  } catch (error) {
    await gateway.kill();
    throw error;
  }
}

export type Gateway = Awaited<ReturnType<typeof startGateway>>;
