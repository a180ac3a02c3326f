import { type Platform } from '../start/platform.ts';
import { type ServiceName } from '../start/services.ts';
import { random, type Random } from '../town/random.ts';

/** Where each service is hit: around the commit, between publish and mark, between effect and offset, around the SMS. */
const COMMITTING = ['commit.before', 'commit.after', 'relay.before-publish', 'relay.published-not-marked'];
const POINTS: Readonly<Record<ServiceName, readonly string[]>> = {
  'customer-profile': COMMITTING,
  'service-desk': COMMITTING,
  'prepaid-billing': [...COMMITTING, 'publisher.acknowledged-not-told'],
  notification: [...COMMITTING, 'inbox.effects-not-positions', 'notification.attempted-not-submitted', 'notification.submitted-not-recorded'],
  analytics: ['facts.written-not-committed', 'facts.committed'],
  // It keeps nothing and commits nothing: any moment is as good as another.
  gateway: [],
};
const PAUSE_MS = 1_200;
const HITS_MAX = 3;
const AIMED_LIMIT_MS = 60_000;
const READY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 20;

export interface Kill {
  readonly service: ServiceName;
  /** Absent: at a random instant. */
  readonly point?: string;
}

/** Two kills a service: at a random instant, and at an aimed one in the life after it. `round` chooses among the points. */
export function killPlan(seed: number, round: number): Kill[][] {
  const source = random(seed, `kills/${round}`);
  const names = Object.keys(POINTS) as ServiceName[];
  // Few commands come to the register, so it is hit first, while there are some left.
  return names.map((service) => {
    const points = POINTS[service];
    const aimed = points.length > 0 ? { service, point: `${points[(round + source.whole(0, points.length - 1)) % points.length]}:${source.whole(1, HITS_MAX)}` } : { service };
    return [{ service }, aimed];
  });
}

/** Kills as planned, one pair after another, until all is done or `over` says that the load has ended. Returns how many hit. */
export async function killServices(platform: Platform, plan: readonly (readonly Kill[])[], seed: number, over: () => boolean, say: (text: string) => void): Promise<Kill[]> {
  const source = random(seed, 'instants');
  const done: Kill[] = [];
  for (const [first, second] of plan as [Kill, Kill][]) {
    const service = platform.services[first.service];
    await pause(source);
    if (over()) break;
    const before = service.starts;
    service.kill('SIGKILL', second.point ? { YOUDIAN_KILL_AT: second.point } : {});
    done.push(first);
    say(`  killed ${first.service}${second.point ? `, then aiming at ${second.point}` : ''}`);
    if (second.point) {
      // It comes back, takes up its work, and dies at the point.
      if (!(await until(() => service.starts >= before + 2, AIMED_LIMIT_MS, over))) {
        say(`  ${second.point} of ${second.service} was not reached`);
        await service.restart(); // disarmed
        continue;
      }
    } else {
      await service.untilReady(READY_LIMIT_MS);
      await pause(source);
      if (over()) break;
      service.kill('SIGKILL');
    }
    done.push(second);
    await service.untilReady(READY_LIMIT_MS);
  }
  return done;
}

const pause = (source: Random) => new Promise((resolve) => setTimeout(resolve, source.next() * PAUSE_MS));

async function until(holds: () => boolean, limitMs: number, over: () => boolean): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > end || over()) return holds();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return true;
}
