/**
 * Named instants at which a test may kill this very process, so that a fault can be aimed and repeated.
 * `YOUDIAN_KILL_AT="relay.published-not-marked:3"` kills with SIGKILL on the third hit; unset, a point costs one comparison.
 */
const aim = process.env['YOUDIAN_KILL_AT'];
const [aimedPoint, aimedHit = '1'] = aim?.split(':') ?? [];
let hits = 0;

export function faultPoint(name: string): void {
  if (name !== aimedPoint) return;
  hits += 1;
  if (hits === Number(aimedHit)) process.kill(process.pid, 'SIGKILL');
}
