import { type Message } from 'kafkajs';
import { chargeMessage, connectBillingCenter, type BillingCenter } from '../town/billing-center.ts';
import { call, concurrently, type Answer, type Call } from '../town/rest.ts';
import { isRoving, RovingPlayer } from './player-roving.ts';
import { type BadChargeStep, type ChargeStep, type Script, type Step, type Subject } from './script.ts';

const SUBJECTS_AT_ONCE = 24;
const LOOK_EVERY_MS = 100;
const POSTED_LIMIT_MS = 120_000;
const STATEMENT_PAGE = 200;

export interface Playing {
  readonly gatewayUrl: string;
  readonly brokers: string;
  readonly script: Script;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface Played {
  /** Everything was acknowledged, and every charge posted, before this instant. */
  readonly finishedAt: Date;
  /** Requests that had to be sent again because a service was away. */
  readonly retries: number;
  /** What was answered otherwise than the script says; empty when all is well. */
  readonly surprises: readonly string[];
}

/**
 * Performs the day as its people and programs would: subjects at the same time, the steps of each in order, each request
 * sent again under the same key until there is an answer.
 */
export async function playDay({ gatewayUrl, brokers, script, onProgress = () => {} }: Playing): Promise<Played> {
  const center = await connectBillingCenter(brokers);
  const player = new Player(gatewayUrl, center, script.now);
  const total = script.subjects.length + script.closing.length;
  let done = 0;
  const progress = () => onProgress((done += 1), total);
  try {
    await concurrently(script.subjects, SUBJECTS_AT_ONCE, async (subject) => {
      await player.play(subject).catch((error: Error) => player.surprises.push(`${subject.id}: ${error.message}`));
      progress();
    });
    await concurrently(script.closing, SUBJECTS_AT_ONCE, async (charge) => {
      await player.charge(charge).catch((error: Error) => player.surprises.push(`closing ${charge.chargeId}: ${error.message}`));
      progress();
    });
  } finally {
    await center.close();
  }
  return { finishedAt: new Date(), retries: player.retries, surprises: player.surprises };
}

class Player {
  readonly surprises: string[] = [];
  retries = 0;
  readonly #gatewayUrl: string;
  readonly #center: BillingCenter;
  readonly #now: Date;
  /** By the script's name for it. */
  readonly #caseIds = new Map<string, string>();
  readonly #outageIds = new Map<string, string>();
  readonly #roving = new RovingPlayer((request) => this.#must(request), this.surprises);

  constructor(gatewayUrl: string, center: BillingCenter, now: Date) {
    this.#gatewayUrl = gatewayUrl;
    this.#center = center;
    this.#now = now;
  }

  async play({ steps }: Subject): Promise<void> {
    for (const step of steps) await this.#perform(step);
  }

  /** Sent as often as the script says, and waited for: what follows in the script comes after it. */
  async charge(step: ChargeStep): Promise<void> {
    const { copies, do: _, ...charge } = step;
    const message = chargeMessage({ ...charge, issuedAt: this.#now });
    await this.#center.send(Array.from({ length: copies }, () => message));
    const path = `/api/v1/accounts/${step.accountNo}/statement?pageSize=${STATEMENT_PAGE}`;
    const began = Date.now();
    for (;;) {
      const { body } = await this.#call({ method: 'GET', path, actor: 'cashier:C01' });
      if ((body.entries as { chargeId?: string }[] | undefined)?.some(({ chargeId }) => chargeId === step.chargeId)) return;
      if (Date.now() - began > POSTED_LIMIT_MS) throw new Error(`charge ${step.chargeId} was not posted within ${POSTED_LIMIT_MS / 1_000} s`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async #perform(step: Step): Promise<unknown> {
    const desk = (ref: string, verb: string, body: object, detail = '') =>
      this.#must({ method: 'POST', path: `/api/v1/cases/${this.#caseIds.get(ref)}/${verb}`, body, key: `${ref}/${verb}/${detail}`, actor: 'agent:A01' });
    const outage = (ref: string, verb: string, body: object, detail = '') =>
      this.#must({ method: 'POST', path: `/api/v1/outages/${this.#outageIds.get(ref)}/${verb}`, body, key: `${ref}/${verb}/${detail}`, actor: 'manager:M01' });
    if (isRoving(step)) return this.#roving.perform(step);
    switch (step.do) {
      case 'top-up':
        return this.#topUp(step);
      case 'charge':
        return this.charge(step);
      case 'bad-charge':
        return this.#center.send([badChargeMessage(step, this.#now)]);
      case 'threshold':
        return this.#must({ method: 'PUT', path: `/api/v1/accounts/${step.accountNo}/low-balance-threshold`, body: { thresholdFen: String(step.thresholdFen) }, key: step.key, actor: 'cashier:C01' });
      case 'open': {
        const { do: _, ref, ...body } = step;
        const opened = await this.#must({ method: 'POST', path: '/api/v1/cases', body: { ...body, callerName: '来电人', callerPhone: '13900001111', description: ref }, key: `${ref}/open`, actor: 'agent:A01' });
        return this.#caseIds.set(ref, opened.caseId);
      }
      case 'classify':
        return desk(step.ref, 'classify', { classification: step.classification }, step.classification);
      case 'resolve':
        return desk(step.ref, 'resolve', { resolution: '已处理', restoredAt: step.restoredAt, customersAffected: step.customersAffected });
      case 'close':
        return desk(step.ref, 'close', { satisfaction: step.satisfaction });
      case 'outage': {
        const { do: _, ref, ...body } = step;
        const recorded = await this.#must({ method: 'POST', path: '/api/v1/outages', body, key: `${ref}/record`, actor: 'agent:A01' });
        return this.#outageIds.set(ref, recorded.outageId);
      }
      case 'restore':
        return outage(step.ref, 'restorations', { restoredAt: step.restoredAt, customersRestored: step.customersRestored }, step.restoredAt.toISOString());
      case 'correct-outage': {
        const { do: _, ref, ...change } = step;
        return outage(ref, 'corrections', { reason: '现场核实', ...change });
      }
      case 'cancel-outage':
        return outage(step.ref, 'cancel', { reason: '误记' });
      case 'register': {
        const { kind, name, phone, language, accountNo, usageNature, installedCapacityKva, lineId, address } = step.account;
        const { customerId } = await this.#must({ method: 'POST', path: '/api/v1/customers', body: { kind, name, phone, language }, key: `customer of ${accountNo}`, actor: 'agent:A01' });
        return this.#must({ method: 'POST', path: '/api/v1/accounts', body: { accountNo, customerId, usageNature, installedCapacityKva, lineId, address }, key: `account ${accountNo}`, actor: 'agent:A01' });
      }
      case 'capacity':
        return this.#must({ method: 'PATCH', path: `/api/v1/accounts/${step.accountNo}`, body: { installedCapacityKva: step.installedCapacityKva }, key: step.key, actor: 'manager:M01' });
      case 'refused': {
        const path = step.path.replace('{ref}', () => this.#caseIds.get(step.ref ?? '') ?? '');
        const answer = await this.#call({ method: step.method, path, actor: step.actor ?? '', ...(step.key ? { key: step.key } : {}), ...(step.body === undefined ? {} : { body: step.body }) });
        return this.#expect(step.what, answer, step);
      }
    }
  }

  async #topUp({ accountNo, key, actor, amountFen, channel, takenAt, again }: Extract<Step, { do: 'top-up' }>): Promise<void> {
    const request = (fen: bigint): Call => ({ method: 'POST', path: `/api/v1/accounts/${accountNo}/top-ups`, body: { amountFen: String(fen), channel, takenAt }, key, actor });
    const first = await this.#must(request(amountFen));
    if (again === 'same') {
      const second = await this.#must(request(amountFen));
      if (second.postingId !== first.postingId || second.invoiceNo !== first.invoiceNo) this.surprises.push(`top-up ${key}: the same request again got another answer: ${JSON.stringify([first, second])}`);
    } else if (again === 'other') {
      this.#expect(`top-up ${key} with another amount under the same key`, await this.#call(request(amountFen + 100n)), { status: 409 });
    }
  }

  #expect(what: string, { status, body }: Answer, expected: { status: number; code?: string; field?: string }): void {
    const told = typeof body?.detail === 'string' && typeof body?.detailEn === 'string' && typeof body?.code === 'string';
    const right = status === expected.status && told && (!expected.code || body.code === expected.code) && (!expected.field || body.field === expected.field);
    if (!right) this.surprises.push(`${what}: expected ${JSON.stringify(expected, ['status', 'code', 'field'])}, answered ${status} ${JSON.stringify(body)}`);
  }

  async #call(request: Call): Promise<Answer> {
    const answer = await call(this.#gatewayUrl, request);
    this.retries += answer.tries - 1;
    return answer;
  }

  async #must(request: Call): Promise<any> {
    const { status, body } = await this.#call(request);
    if (status >= 300) throw new Error(`${request.method} ${request.path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}

function badChargeMessage({ chargeId, accountNo, value }: BadChargeStep, now: Date): Message {
  return { ...chargeMessage({ chargeId, accountNo, amountFen: 0n, period: '', dueOn: '', issuedAt: now }), value };
}
