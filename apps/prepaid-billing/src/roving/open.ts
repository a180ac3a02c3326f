import type { Implementation } from '@youdian/service-host';
import type { Clock, Logger } from '@youdian/telemetry';
import { startRovingClockwork } from './clockwork.ts';
import { rovingService } from './grpc.ts';
import type { RovingParts } from './settle.ts';

export interface RovingOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether this process does what has to happen though nobody comes. */
  readonly ours: () => boolean;
}

/** Roving teams: their devices, and what these signed without a network. */
export function openRoving(parts: RovingParts, options: RovingOptions): { service: Implementation; stop: () => Promise<void> } {
  return { service: rovingService(parts, options.clock), stop: startRovingClockwork(parts, options) };
}
