import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process for heavy work, which has neither this one's thread nor its memory. */
export interface Helper<ToHelper> {
  readonly pid: number;
  send(message: ToHelper): void;
  /** Undefined for a good end, else in words. */
  readonly ended: Promise<string | undefined>;
  /** At once; whatever it was doing. */
  kill(): void;
}

/** What the system holds a helper to: it cannot write files, nor take more memory or processor time. */
export interface Confined {
  readonly seconds: number;
  readonly dataMb: number;
}

export interface HelperOptions {
  readonly confined?: Confined;
  /** What Node is started with. */
  readonly node?: readonly string[];
}

/** `file` is the helper's own main; `input` is what `inputOf` gives it. */
export function startHelper<ToHelper extends object, FromHelper>(file: string, input: object, heard: (message: FromHelper) => void, { confined, node = [] }: HelperOptions = {}): Helper<ToHelper> {
  const command = [process.execPath, '--disable-warning=TimeoutNegativeWarning', ...node, fileURLToPath(file), JSON.stringify(input)];
  const child = confined
    ? spawn('/bin/sh', ['-c', `ulimit -f 0 && ulimit -c 0 && ulimit -t ${confined.seconds} && ulimit -d ${confined.dataMb * 1_024} && exec "$@"`, 'sh', ...command], { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' })
    : spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
  child.on('message', (message) => heard(message as FromHelper));
  const disconnected = new Promise((resolve) => child.once('disconnect', resolve));
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // What it said last is heard before.
    child.once('exit', (code, signal) => void disconnected.then(() => resolve(code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`)));
  });
  return {
    pid: child.pid!,
    send: (message) => void (child.connected && child.send(message)),
    ended,
    kill: () => void child.kill('SIGKILL'),
  };
}

/** In the helper: what it was started with. It ends with the process that started it. */
export function inputOf<Input>(): Input {
  process.once('disconnect', () => process.exit(0));
  return JSON.parse(process.argv[2]!) as Input;
}

/** In the helper: tells the process that started it. */
export function tell(message: object): void {
  process.send?.(message);
}
