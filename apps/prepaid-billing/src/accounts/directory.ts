import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { connectService } from '@youdian/service-host';
import type { SupplyPoint } from '../charges/sender.ts';
import { job } from '../shards/job.ts';
import type { LedgerShard, Shards } from '../shards/ledger-shard.ts';

const LOOK_UP_MAX = 1_000;
const ACTOR = 'service:prepaid-billing';

/** Which account numbers exist: customer-profile knows. */
export interface AccountDirectory {
  /** What accounts are opened with in the ledger. */
  readonly defaultThresholdFen: bigint;
  /** Those that exist, perhaps with others that were asked for at the same time. Throws Rejected `unavailable` while customer-profile cannot be asked. */
  existing(accountNos: readonly string[]): Promise<ReadonlySet<string>>;
  /** Where accounts are, of those that exist. Throws as above. */
  places(accountNos: ReadonlySet<string>): Promise<ReadonlyMap<string, SupplyPoint>>;
  close(): void;
}

/** The region of each line, by line, as it is now. Throws as above. */
export type AskNetwork = () => Promise<ReadonlyMap<string, string>>;

export function connectDirectory(address: string, defaultThresholdFen: bigint): AccountDirectory & { readonly network: AskNetwork } {
  const profile = connectService(CustomerProfileServiceService, address);
  const lookUp = async (accountNos: readonly string[]) => {
    const found = new Map<string, SupplyPoint>();
    for (let from = 0; from < accountNos.length; from += LOOK_UP_MAX) {
      const { accounts } = await profile.batchGetAccounts({ accountNos: accountNos.slice(from, from + LOOK_UP_MAX) }, { actor: ACTOR });
      for (const { accountNo, regionId, lineId, usageNature } of accounts) found.set(accountNo, { regionId, lineId, usageNature: usageNature.replace('USAGE_NATURE_', '') });
    }
    return found;
  };
  return {
    defaultThresholdFen,
    existing: together(async (accountNos) => new Set((await lookUp(accountNos)).keys())),
    places: (accountNos) => lookUp([...accountNos]),
    network: async () => new Map((await profile.listNetwork({}, { actor: ACTOR })).lines.map(({ lineId, regionId }) => [lineId, regionId])),
    close: () => profile.close(),
  };
}

/** Whatever is asked in the same turn is asked in one call; each gets the answers of all. */
export function together(lookUp: AccountDirectory['existing']): AccountDirectory['existing'] {
  let asked = new Set<string>();
  let answer: Promise<ReadonlySet<string>> | undefined;
  return (accountNos) => {
    for (const accountNo of accountNos) asked.add(accountNo);
    answer ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const all = [...asked];
      asked = new Set();
      answer = undefined;
      return lookUp(all);
    });
    return answer;
  };
}

/** Those of the given accounts that neither the ledger nor customer-profile knows. */
export async function unknownAccounts(shards: Shards, directory: AccountDirectory, accountNos: Iterable<string>): Promise<Set<string>> {
  return (await lookUpAccounts(shards, directory, accountNos)).unknown;
}

/** Of each account, whether it is closed; undefined where it is not in the ledger. */
const CLOSED = job('closed-accounts', (shard, accountNos: readonly string[]) => shard.read(({ accounts }) => accountNos.map((accountNo) => accounts.get(accountNo)?.closed)));

/** Which of the given accounts nobody knows, and which are closed. */
export async function lookUpAccounts(shards: Shards, directory: AccountDirectory, accountNos: Iterable<string>): Promise<{ unknown: Set<string>; closed: Set<string> }> {
  const byShard = Map.groupBy(new Set(accountNos), (accountNo) => shards.of(accountNo));
  const missing: string[] = [];
  const closed = new Set<string>();
  await Promise.all(Array.from(byShard, async ([shard, mine]: [LedgerShard, string[]]) => {
    const found = await shard.ask(CLOSED, mine);
    for (const [i, accountNo] of mine.entries()) {
      if (found[i] === undefined) missing.push(accountNo);
      else if (found[i]) closed.add(accountNo);
    }
  }));
  if (missing.length === 0) return { unknown: new Set(), closed };
  return { unknown: new Set(missing).difference(await directory.existing(missing)), closed };
}
