/** What becomes of roving teams: their routes, whom these are told to, their shifts. */
import { type Account } from '../town/accounts.ts';
import { type AmendRouteStep, type CloseShiftStep, type CollectStep, type RouteStep, type RouteStop, type Team, type VisitStep } from './script.ts';

export interface PredictedRoute {
  readonly routeId: string;
  stops: readonly (RouteStop & { readonly mark?: string })[];
}

export interface PredictedShift {
  readonly shiftId: string;
  readonly team: Team;
  readonly day: string;
  readonly receipts: CollectStep['records'];
  readonly takenFen: bigint;
  readonly floatFen: bigint;
}

export type RovingRule = 'ROVING_VISIT' | 'ROVING_VISIT_CHANGED' | 'ROVING_VISIT_CANCELLED';

export class PredictedRoving {
  readonly routes: PredictedRoute[] = [];
  readonly shifts: PredictedShift[] = [];
  readonly #collected = new Map<string, CollectStep['records']>();

  /** Who is told what; each account on the stop's line, whoever has it. */
  take(step: RouteStep | AmendRouteStep, accounts: Iterable<Account>): { rule: RovingRule; account: Account }[] {
    const told = (rule: RovingRule, lineId: string) => all.filter((account) => account.lineId === lineId).map((account) => ({ rule, account }));
    const all = [...accounts];
    if (step.do === 'route') {
      this.routes.push({ routeId: routeIdOf(step), stops: step.stops });
      return step.stops.flatMap(({ lineId }) => told('ROVING_VISIT', lineId));
    }
    const route = this.#route(step);
    const before = route.stops;
    route.stops = step.stops;
    return before.flatMap(({ stopId, version, lineId }) => {
      const now = step.stops.find((stop) => stop.stopId === stopId);
      if (!now) return told('ROVING_VISIT_CANCELLED', lineId);
      return now.version > version ? told('ROVING_VISIT_CHANGED', lineId) : [];
    });
  }

  visit(step: VisitStep): void {
    const route = this.#route(step);
    route.stops = route.stops.map((stop) => (stop.stopId === step.stopId ? { ...stop, mark: 'VISITED' } : stop));
  }

  collect({ team, records }: CollectStep): void {
    this.#collected.set(team.teamId, records);
  }

  close({ team, day, takenFen, floatFen }: CloseShiftStep): void {
    this.shifts.push({ shiftId: `${team.collectorId}.${day}.1`, team, day, receipts: this.#collected.get(team.teamId)!, takenFen, floatFen });
  }

  #route(step: { readonly team: Team; readonly day: string }): PredictedRoute {
    return this.routes.find(({ routeId }) => routeId === routeIdOf(step))!;
  }
}

/** A team's first of that day. */
const routeIdOf = ({ team, day }: { readonly team: Team; readonly day: string }) => `${team.teamId}.${day}.1`;
