/**
 * The network: regions (片区) and the 10 kV lines (线路) in them. Regions and lines share one space of ids, because both
 * are subjects of the same topic.
 */
import type { LineDefined, RegionDefined } from '@youdian/contracts-customer/events';

export interface Region {
  readonly is: 'region';
  readonly regionId: string;
  readonly name: string;
}

export interface Line {
  readonly is: 'line';
  readonly lineId: string;
  readonly regionId: string;
  readonly name: string;
}

export type NetworkNode = Region | Line;

export type NetworkEvent =
  | { readonly type: 'RegionDefined'; readonly data: RegionDefined }
  | { readonly type: 'LineDefined'; readonly data: LineDefined };

/** Each definition is whole, so the newest one is the state. */
export function evolve(_state: NetworkNode | undefined, event: NetworkEvent): NetworkNode {
  switch (event.type) {
    case 'RegionDefined':
      return { is: 'region', ...event.data };
    case 'LineDefined':
      return { is: 'line', ...event.data };
  }
}
