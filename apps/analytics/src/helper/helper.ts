import { fork } from 'node:child_process';
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

/** `file` is the helper's own main; `input` is what `inputOf` gives it. */
export function startHelper<ToHelper extends object, FromHelper>(file: string, input: object, heard: (message: FromHelper) => void): Helper<ToHelper> {
  const child = fork(fileURLToPath(file), [JSON.stringify(input)], { serialization: 'advanced', execArgv: ['--disable-warning=TimeoutNegativeWarning'] });
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
