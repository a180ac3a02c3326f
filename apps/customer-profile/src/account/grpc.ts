import type {
  Account as AccountMessage, BatchGetAccountsRequest, GetAccountRequest, GetContactRequest, ListAccountsOfLineRequest, RegisterAccountRequest, UpdateAccountRequest,
} from '@youdian/contracts-customer/customer_profile';
import { Rejected, type Rejection } from '@youdian/rejection';
import { command, query, type Call } from '@youdian/service-host';
import type { Customer } from '../customer/state.ts';
import { readCustomer, type Customers } from '../customer/store.ts';
import { readLine, type Network } from '../network/store.ts';
import { STAFF } from '../roles.ts';
import { untilUnchanged, type Sealing } from '../sealing.ts';
import { accountUnknown, lineUnknown, registerAccount, updateAccount } from './decide.ts';
import { evolve, type Account, type AccountEvent } from './state.ts';
import { accountsOfLine, readAccount, type Accounts, type SealedAccount } from './store.ts';

const BATCH_ACCOUNTS_MAX = 1_000;
const LINE_PAGE_DEFAULT = 500;
const LINE_PAGE_MAX = 1_000;

interface Stores {
  readonly store: Accounts;
  readonly customers: Customers;
  readonly network: Network;
  readonly sealing: Sealing;
  readonly clock: () => Date;
}

export function accountMethods({ store, customers, network, sealing, clock }: Stores) {
  const regionOf = async (lineId: string) => (await readLine(network, lineId))?.regionId;

  /** Decides on the open state, commits sealed, answers open. `person` is the customer whose key seals the address. */
  async function execute(operation: string, wish: { accountNo: string }, person: string, call: Call, decide: (state: Account | undefined, at: Date) => AccountEvent[] | Rejection) {
    return untilUnchanged(async () => {
      const read = (await readAccount(store, wish.accountNo))?.state;
      const events = decide(read && (await sealing.open<Account>(read, read.customerId)), clock());
      const decision = await sealing.seal<Account, AccountEvent>({ person, read, events }, evolve);
      const { result, version } = await store.execute(
        // What is no account number is refused by the decision; until then it needs a name that can be one.
        /^\d{10}$/.test(wish.accountNo) ? wish.accountNo : 'malformed',
        { operation, key: call.idempotencyKey, actor: call.actor.name, input: sealing.mark(wish) },
        decision,
      );
      return { account: await answer(result, version) };
    });
  }

  async function answer(sealed: SealedAccount, version: number): Promise<AccountMessage> {
    const { personal, ...facts } = await sealing.open<Account>(sealed, sealed.customerId);
    return { ...facts, address: personal.address, version: BigInt(version) };
  }

  async function existing(accountNo: string) {
    const found = await readAccount(store, accountNo);
    if (!found) throw new Rejected(accountUnknown(accountNo));
    return found;
  }

  return {
    registerAccount: command(STAFF, async (request: RegisterAccountRequest, call: Call) => {
      const { customerId, lineId } = request;
      const around = { customerExists: (await readCustomer(customers, customerId)) !== undefined, regionOfLine: await regionOf(lineId) };
      return execute('RegisterAccount', request, customerId, call, (state, at) => registerAccount(state, request, around, at));
    }),

    updateAccount: command(STAFF, async (request: UpdateAccountRequest, call: Call) => {
      const { customerId } = (await existing(request.accountNo)).state;
      const around = { regionOfLine: await regionOf(request.lineId) };
      return execute('UpdateAccount', request, customerId, call, (state, at) => updateAccount(state, request, around, at));
    }),

    getAccount: query([...STAFF, 'service'], async ({ accountNo }: GetAccountRequest) => {
      const found = await existing(accountNo);
      return { account: await answer(found.state, found.version) };
    }),

    batchGetAccounts: query([...STAFF, 'analyst', 'integrator', 'service'], async ({ accountNos }: BatchGetAccountsRequest) => {
      if (accountNos.length > BATCH_ACCOUNTS_MAX) throw new Rejected(tooMany(accountNos.length));
      const found = await Promise.all([...new Set(accountNos)].map((accountNo) => readAccount(store, accountNo)));
      return {
        accounts: found.flatMap((account) => {
          if (!account) return [];
          const { personal: _, ...facts } = account.state;
          return [{ ...facts, address: '', version: BigInt(account.version) }];
        }),
      };
    }),

    listAccountsOfLine: query(['service'], async ({ lineId, pageSize, pageToken }: ListAccountsOfLineRequest) => {
      if (!(await readLine(network, lineId))) throw new Rejected({ ...lineUnknown(lineId), kind: 'unknown' });
      return accountsOfLine(store, lineId, pageSize > 0 ? Math.min(pageSize, LINE_PAGE_MAX) : LINE_PAGE_DEFAULT, pageToken || undefined);
    }),

    getContact: query(['service'], async ({ accountNo }: GetContactRequest) => {
      const { customerId } = (await existing(accountNo)).state;
      const customer = (await readCustomer(customers, customerId))!;
      const { personal } = await sealing.open<Customer>(customer.state, customerId);
      return { customerId, ...personal };
    }),
  };
}

function tooMany(count: number): Rejection {
  return {
    kind: 'invalid',
    code: 'TOO_MANY_ACCOUNTS',
    field: 'accountNos',
    zh: `一次最多查询 ${BATCH_ACCOUNTS_MAX} 个户号,收到 ${count} 个;请分批查询。`,
    en: `At most ${BATCH_ACCOUNTS_MAX} accounts at once, not ${count}; ask in several calls.`,
  };
}
