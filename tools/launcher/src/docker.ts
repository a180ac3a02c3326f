import { execFileSync } from 'node:child_process';
import { onPath } from './machine.ts';

const ANSWER_LIMIT_MS = 5_000;

/** Whether a Docker engine answers, not only its client. */
export function hasDocker(): boolean {
  if (!onPath('docker')) return false;
  try {
    execFileSync('docker', ['info', '--format', '{{.ServerVersion}}'], { stdio: 'pipe', timeout: ANSWER_LIMIT_MS });
    return true;
  } catch {
    return false;
  }
}
