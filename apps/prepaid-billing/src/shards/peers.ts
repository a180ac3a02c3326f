import type { Sharing } from '@youdian/commit-log';
import { LedgerShardServiceService } from '@youdian/contracts-billing/ledger_shard';
import { Rejected } from '@youdian/rejection';
import { connectService, implement, query, type Call, type Calls, type Implementation, type Method } from '@youdian/service-host';
import { jobNamed, wire } from './job.ts';
import type { Job, LedgerShard, Shards } from './ledger-shard.ts';
import { CLOCKWORK } from './rolling.ts';

/** The other processes of the service, as far as they own what this one is asked for. */
export interface Peers {
  /** Where the other process is that owns a shard; undefined: this one does, or nobody that is known. */
  addressOf(shard: number): string | undefined;
  calls<D>(definition: D, address: string): Calls<D>;
  close(): void;
}

/** `shards`: their names, and whether they are here. */
export function connectPeers(shards: readonly { readonly shard: string; readonly owned: boolean }[], sharing: Pick<Sharing, 'addressOf'>): Peers {
  const connected = new Map<string, Map<unknown, Calls<unknown>>>();
  const addressOf = (shard: number) => (shards[shard]!.owned ? undefined : sharing.addressOf(shards[shard]!.shard));
  const close = (address: string) => {
    for (const calls of connected.get(address)!.values()) calls.close();
    connected.delete(address);
  };
  return {
    addressOf,
    calls: <D>(definition: D, address: string) => {
      let there = connected.get(address);
      if (!there) {
        // No more than there are owners: who is gone is forgotten.
        if (connected.size >= shards.length) close(connected.keys().next().value!);
        connected.set(address, (there = new Map()));
      }
      let calls = there.get(definition);
      if (!calls) there.set(definition, (calls = connectService(definition, address) as Calls<unknown>));
      return calls as Calls<D>;
    },
    close: () => [...connected.keys()].forEach(close),
  };
}

/** All shards as one of several processes has them. */
export interface ReachedShards extends Shards {
  /** The same, as the ledger uses them where they are. */
  readonly here: readonly LedgerShard[];
  readonly peers: Peers;
  numberOf(subject: string): number;
}

/** A shard as every process has it: jobs are done where it is, all else only here. */
export function reaching(number: number, here: LedgerShard, peers: Peers): LedgerShard {
  return {
    ...here,
    ask: async <I, O>(job: Job<I, O>, input: I): Promise<O> => {
      const address = peers.addressOf(number);
      if (address === undefined) return job.run(here, input);
      const { output } = await peers.calls(LedgerShardServiceService, address).ask({ shard: number, job: job.name, input: wire.write(input) }, { actor: CLOCKWORK });
      return wire.read(output);
    },
  };
}

/** Does what other processes ask of the shards that are here. */
export function ledgerShardService(here: readonly LedgerShard[]): Implementation {
  return implement(LedgerShardServiceService, {
    ask: query(['service'], async ({ shard, job: name, input }, { actor }) => {
      if (actor.name !== CLOCKWORK) throw new Rejected(notForYou);
      const ledger = here[shard];
      const job = jobNamed(name);
      if (!ledger || !job) throw new Rejected(otherVersion);
      return { output: wire.write(await job.run(ledger, wire.read(input))) };
    }),
  });
}

/** Of a request: undefined where it is no one shard's. */
export type ShardOf = (request: any) => number | undefined;

/** Where a request goes on to, once; undefined: it is answered here. */
export function passedOnTo(peers: Peers, shardOf: ShardOf, request: unknown, { forwarded }: Pick<Call, 'forwarded'>): string | undefined {
  const shard = forwarded ? undefined : shardOf(request);
  return shard === undefined ? undefined : peers.addressOf(shard);
}

/** A service whose calls for an account are answered by the process that owns its shard: at most one hop. */
export function forwarding(peers: Peers, { definition, methods }: Implementation, shardOf: ShardOf): Implementation {
  const forwarded = Object.entries(methods).map(([name, method]): [string, Method<unknown>] => {
    if (definition[name]!.requestStream) return [name, method];
    const handle = (request: unknown, call: Call) => {
      const address = passedOnTo(peers, shardOf, request, call);
      if (address === undefined) return method.handle(request, call);
      const { actor, idempotencyKey } = call;
      return (peers.calls(definition, address) as Record<string, any>)[name](request, { actor: actor.name, idempotencyKey, forwarded: true });
    };
    return [name, { ...method, handle }];
  });
  return { definition, methods: Object.fromEntries(forwarded) };
}

const notForYou = {
  kind: 'forbidden', code: 'PEERS_ONLY', field: 'actor',
  zh: '此接口仅供预存电费服务的各进程互相调用，请改用公开接口。', en: 'Only the processes of prepaid-billing ask each other this: use the public methods.',
} as const;

/** While two versions run beside each other. */
const otherVersion = {
  kind: 'unavailable', code: 'PEER_OF_ANOTHER_VERSION',
  zh: '服务正在更新版本，请稍后用同一幂等键重试。', en: 'The service is being updated: retry later with the same key.',
} as const;
