import { join } from 'node:path';
import { start } from './process.ts';

const READY_LIMIT_MS = 10_000;

export interface Smsc {
  /** `host:port`, for SMSC_ADDRESS; the password is `youdian`. */
  readonly address: string;
  readonly messagesUrl: string;
  readonly pid: number;
  messages(): Promise<{ messageId: string; from: string; to: string; text: string; at: string }[]>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Again, on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The development SMSC as a process of its own. */
export async function startSmsc({ dataFile, logFile }: { dataFile?: string; logFile?: string } = {}): Promise<Smsc> {
  const main = join(import.meta.dirname, 'smsc.ts');
  const data = dataFile ? ['--data', dataFile] : [];
  const run = async (smppPort: string, httpPort: string) => {
    const server = start(process.execPath, [main, '--port', smppPort, '--http', httpPort, ...data], { logFile, ownGroup: true });
    const [, smpp, http] = await server.said(/smsc listening smpp=(\d+) http=(\d+)/, READY_LIMIT_MS);
    return { server, smpp: smpp!, http: http! };
  };
  let running = await run('0', '0');
  const { smpp, http } = running;
  const messagesUrl = `http://127.0.0.1:${http}/messages`;
  return {
    address: `127.0.0.1:${smpp}`,
    messagesUrl,
    get pid() {
      return running.server.pid;
    },
    messages: async () => (await fetch(messagesUrl)).json() as ReturnType<Smsc['messages']>,
    kill: (signal) => running.server.kill(signal),
    start: async () => void (running = await run(smpp, http)),
    stop: () => running.server.stop(),
  };
}
