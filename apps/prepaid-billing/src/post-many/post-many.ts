import { PostingStreamServiceService, PostManyResponse, type PostManyRequest } from '@youdian/contracts-billing/post_many';
import type { Rejection } from '@youdian/rejection';
import { admitAs, commands, implement, refusalBehind, type Call, type Implementation } from '@youdian/service-host';
import type { Logger } from '@youdian/telemetry';
import type { ReachedShards } from '../shards/peers.ts';
import { converse, type Conversation } from '../streams/conversation.ts';
import { overlap } from '../streams/overlap.ts';

const ROLES = ['cashier', 'kiosk', 'customer', 'agent', 'manager', 'integrator', 'admin', 'service'];
/** Of one call. As many as group commit needs, and few enough that a call cannot fill a shard's queue. */
const IN_FLIGHT = 512;
/** Of another process, as of a call by itself. */
const ANSWER_LIMIT_MS = 10_000;
const COMMANDS = ['topUp', 'reverseTopUp', 'setLowBalanceThreshold', 'requestRefund', 'decideRefund', 'transferBalance', 'adjustCharge', 'closeAccount'] as const;

/** Commands of a service, many in one call; each is handled by its own method, with that method's rule of who may, in the process that owns its account's shard. */
export function postingStreamService({ methods }: Implementation, { peers, numberOf }: Pick<ReachedShards, 'peers' | 'numberOf'>, log: Logger): Implementation {
  const answer = async ({ index, idempotencyKey, ...request }: PostManyRequest, { actor, forwarded }: Caller): Promise<PostManyResponse> => {
    const name = nameOf(request);
    if (!name) return rejected(index, commandMissing);
    try {
      const call = { ...admitAs(methods[name]!, actor, idempotencyKey), forwarded };
      return { ...NOTHING, index, [name]: await methods[name]!.handle(request[name], call) };
    } catch (error) {
      return failed(index, error, name);
    }
  };
  const failed = (index: bigint, error: unknown, name: string) => {
    const refusal = refusalBehind(error);
    if (!refusal) log.error({ err: error, command: name }, 'a command of a stream failed');
    return rejected(index, refusal ?? internal);
  };
  const addressOf = (request: PostManyRequest) => {
    const name = nameOf(request);
    const accountNo = name && request[name]!.accountNo;
    return accountNo ? peers.addressOf(numberOf(accountNo)) : undefined;
  };
  async function* postMany(requests: AsyncIterable<PostManyRequest>, caller: Caller): AsyncIterable<PostManyResponse> {
    const elsewhere = new Map<string, Conversation<PostManyRequest, PostManyResponse>>();
    const forward = (address: string, request: PostManyRequest) => {
      let there = elsewhere.get(address);
      if (!there || there.isOver) {
        there = converse((all) => peers.calls(PostingStreamServiceService, address).postMany(all, { actor: caller.actor.name, forwarded: true }), ANSWER_LIMIT_MS);
        elsewhere.set(address, there);
      }
      return there.ask(request).catch((error: unknown) => failed(request.index, error, 'forwarded'));
    };
    try {
      yield* overlap(requests, IN_FLIGHT, (request) => {
        const address = caller.forwarded ? undefined : addressOf(request);
        return address === undefined ? answer(request, caller) : forward(address, request);
      });
    } finally {
      for (const conversation of elsewhere.values()) conversation.end();
    }
  }
  return implement(PostingStreamServiceService, { postMany: commands(ROLES, postMany) });
}

type Caller = Pick<Call, 'actor' | 'forwarded'>;

function nameOf(request: Omit<PostManyRequest, 'index' | 'idempotencyKey'>): (typeof COMMANDS)[number] | undefined {
  return COMMANDS.find((one) => request[one] !== undefined);
}

const NOTHING = PostManyResponse.fromPartial({});

function rejected(index: bigint, { kind, code, field = '', zh, en }: Rejection): PostManyResponse {
  return { ...NOTHING, index, rejection: { kind, code, field, zh, en } };
}

const commandMissing: Rejection = {
  kind: 'invalid', code: 'COMMAND_MISSING', field: 'command',
  zh: '请在消息里写明一个命令，例如 topUp。', en: 'Put a command into the message, for example topUp.',
};

const internal: Rejection = {
  kind: 'unavailable', code: 'INTERNAL',
  zh: '系统出了错，已记录；请用同一个键重试。', en: 'Something went wrong here and was recorded: retry with the same key.',
};
