import { start as launch, type Started } from '@youdian/launcher';

/** A process of a test: what it said, and how to end it. */
export function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Started {
  return launch(command, args, { env });
}
