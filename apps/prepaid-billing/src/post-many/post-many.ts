import { PostingStreamServiceService, PostManyResponse, type PostManyRequest } from '@youdian/contracts-billing/post_many';
import type { Rejection } from '@youdian/rejection';
import { admitAs, commands, implement, refusalBehind, type Actor, type Call, type Implementation } from '@youdian/service-host';
import type { Logger } from '@youdian/telemetry';
import { overlap } from '../streams/overlap.ts';

const ROLES = ['cashier', 'kiosk', 'customer', 'agent', 'manager', 'integrator', 'admin', 'service'];
/** Of one call. As many as group commit needs, and few enough that a call cannot fill a shard's queue. */
const IN_FLIGHT = 512;
const COMMANDS = ['topUp', 'reverseTopUp', 'setLowBalanceThreshold', 'requestRefund', 'decideRefund', 'transferBalance', 'adjustCharge', 'closeAccount'] as const;

/** Commands of a service, many in one call; each is handled by its own method, with that method's rule of who may. */
export function postingStreamService({ methods }: Implementation, log: Logger): Implementation {
  const answer = async ({ index, idempotencyKey, ...request }: PostManyRequest, actor: Actor): Promise<PostManyResponse> => {
    const name = COMMANDS.find((one) => request[one] !== undefined);
    if (!name) return rejected(index, commandMissing);
    try {
      const call = admitAs(methods[name]!, actor, idempotencyKey);
      return { ...NOTHING, index, [name]: await methods[name]!.handle(request[name], call) };
    } catch (error) {
      const refusal = refusalBehind(error);
      if (!refusal) log.error({ err: error, command: name }, 'a command of a stream failed');
      return rejected(index, refusal ?? internal);
    }
  };
  return implement(PostingStreamServiceService, {
    postMany: commands(ROLES, (requests: AsyncIterable<PostManyRequest>, { actor }: Call) => overlap(requests, IN_FLIGHT, (request) => answer(request, actor))),
  });
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
