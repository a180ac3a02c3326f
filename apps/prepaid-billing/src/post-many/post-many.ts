import { PostingStreamServiceService, PostManyResponse, type PostManyRequest } from '@youdian/contracts-billing/post_many';
import type { Rejection } from '@youdian/rejection';
import { admitAs, commands, implement, refusalBehind, type Call, type Implementation } from '@youdian/service-host';
import type { Logger } from '@youdian/telemetry';
import { passedOnTo, type Peers, type ShardOf } from '../shards/peers.ts';
import { converse, type Conversation } from '../streams/conversation.ts';
import { overlap } from '../streams/overlap.ts';

const ROLES = ['cashier', 'kiosk', 'customer', 'agent', 'manager', 'integrator', 'admin', 'service'];
/** Of one call. As many as group commit needs, and few enough that a call cannot fill a shard's queue. */
const IN_FLIGHT = 512;
/** Of another process, as of a call by itself. */
const ANSWER_LIMIT_MS = 10_000;
const COMMANDS = ['topUp', 'reverseTopUp', 'setLowBalanceThreshold', 'requestRefund', 'decideRefund', 'transferBalance', 'adjustCharge', 'closeAccount'] as const;

/** Where what another process owns is passed on to. */
interface Elsewhere {
  readonly peers: Peers;
  readonly shardOf: ShardOf;
}

/** Commands of a service, many in one call; each is handled by its own method, with that method's rule of who may, in the process that owns its account's shard. */
export function postingStreamService({ methods }: Implementation, { peers, shardOf }: Elsewhere, log: Logger): Implementation {
  async function* postMany(requests: AsyncIterable<PostManyRequest>, call: Call): AsyncIterable<PostManyResponse> {
    const { actor } = call;
    const conversations = new Map<string, Conversation<PostManyRequest, PostManyResponse>>();
    const conversationWith = (address: string) => {
      const open = conversations.get(address);
      if (open && !open.isOver) return open;
      const made = converse<PostManyRequest, PostManyResponse>((all) => peers.calls(PostingStreamServiceService, address).postMany(all, { actor: actor.name, forwarded: true }), ANSWER_LIMIT_MS);
      conversations.set(address, made);
      return made;
    };
    const answer = async (request: PostManyRequest): Promise<PostManyResponse> => {
      const { index, idempotencyKey } = request;
      const name = COMMANDS.find((one) => request[one] !== undefined);
      if (!name) return rejected(index, commandMissing);
      const command = request[name];
      try {
        const address = passedOnTo(peers, shardOf, command, call);
        if (address !== undefined) return await conversationWith(address).ask(request);
        return { ...NOTHING, index, [name]: await methods[name]!.handle(command, admitAs(methods[name]!, actor, idempotencyKey)) };
      } catch (error) {
        const refusal = refusalBehind(error);
        if (!refusal) log.error({ err: error, command: name }, 'a command of a stream failed');
        return rejected(index, refusal ?? internal);
      }
    };
    try {
      yield* overlap(requests, IN_FLIGHT, answer);
    } finally {
      for (const conversation of conversations.values()) conversation.end();
    }
  }
  return implement(PostingStreamServiceService, { postMany: commands(ROLES, postMany) });
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
