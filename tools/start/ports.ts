import { isFree } from '@youdian/launcher';

/** Below the range from which systems take ports for outgoing connections, so that a port is still free after a restart. */
const FROM = 20_000;
const TO = 32_000;
const TRIES = 200;

const given = new Set<number>();

/** A free port on 127.0.0.1 that this process has not given before. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port between ${FROM} and ${TO}`);
}

/** `preferred`, or the next one that is free. */
export async function portFrom(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + TRIES; port += 1) if (await isFree(port)) return port;
  return freePort();
}
