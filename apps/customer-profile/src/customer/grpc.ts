import { idFromKey } from '@youdian/commit-log';
import type { Customer as CustomerMessage, GetCustomerRequest, RegisterCustomerRequest, UpdateCustomerRequest } from '@youdian/contracts-customer/customer_profile';
import { Rejected } from '@youdian/rejection';
import { command, query, type Call } from '@youdian/service-host';
import { STAFF } from '../roles.ts';
import { untilUnchanged, type Sealing } from '../sealing.ts';
import { customerUnknown, registerCustomer, updateCustomer, type RegisterCustomer } from './decide.ts';
import { evolve, type Customer, type CustomerEvent } from './state.ts';
import { readCustomer, type Customers, type SealedCustomer } from './store.ts';

export function customerMethods({ store, sealing, clock }: { store: Customers; sealing: Sealing; clock: () => Date }) {
  /** Decides on the open state, commits sealed, answers open. */
  async function execute(customerId: string, operation: string, wish: RegisterCustomer, call: Call, decide: (state: Customer | undefined, at: Date) => ReturnType<typeof registerCustomer>) {
    return untilUnchanged(async () => {
      const read = (await readCustomer(store, customerId))?.state;
      const events = decide(read && (await sealing.open<Customer>(read, customerId)), clock());
      const decision = await sealing.seal<Customer, CustomerEvent>({ person: customerId, read, events }, evolve);
      const input = sealing.mark(wish);
      const { result, version } = await store.execute(customerId, { operation, key: call.idempotencyKey, actor: call.actor.name, input }, decision);
      return answer(result, version);
    });
  }

  async function answer(sealed: SealedCustomer, version: number): Promise<{ customer: CustomerMessage }> {
    const { customerId, kind, personal } = await sealing.open<Customer>(sealed, sealed.customerId);
    return { customer: { customerId, kind, ...personal, version: BigInt(version) } };
  }

  return {
    registerCustomer: command(STAFF, async (request: RegisterCustomerRequest, call: Call) => {
      const customerId = idFromKey('customer', call.actor.name, 'RegisterCustomer', call.idempotencyKey);
      const wish = { customerId, ...request };
      return execute(customerId, 'RegisterCustomer', wish, call, (state, at) => registerCustomer(state, wish, at));
    }),

    updateCustomer: command(STAFF, async (request: UpdateCustomerRequest, call: Call) => {
      if (!(await readCustomer(store, request.customerId))) throw new Rejected(customerUnknown(request.customerId, 'unknown'));
      return execute(request.customerId, 'UpdateCustomer', request, call, (state) => updateCustomer(state, request));
    }),

    getCustomer: query([...STAFF, 'service'], async ({ customerId }: GetCustomerRequest) => {
      const found = await readCustomer(store, customerId);
      if (!found) throw new Rejected(customerUnknown(customerId, 'unknown'));
      return answer(found.state, found.version);
    }),
  };
}
