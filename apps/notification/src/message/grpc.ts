import { NotificationServiceService, type Deferral, type Message } from '@youdian/contracts-notification/notification';
import type { Sealer } from '@youdian/personal-data';
import { Rejected } from '@youdian/rejection';
import { implement, query, type Implementation } from '@youdian/service-host';
import { shanghaiWall } from '@youdian/calendar';
import type { MessageState } from './message.ts';
import { DEFERRED, WAITING, type Messages } from './store.ts';

const READERS = ['agent', 'manager', 'admin', 'service'];
const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;

/** Who may see what was sent to whom. */
export function notificationService(messages: Messages, sealer: Sealer): Implementation {
  return implement(NotificationServiceService, {
    listMessages: query(READERS, async ({ accountNo, status, pageSize, pageToken }) => {
      const word = status === 'MESSAGE_STATUS_UNSPECIFIED' ? undefined : status.replace('MESSAGE_STATUS_', '');
      const filter = {
        ...(accountNo ? { 'state.accountNo': accountNo } : {}),
        // A message that waits or is on its way to the SMSC is still queued to the world.
        ...(word ? { 'state.status': word === 'QUEUED' ? { $in: [...WAITING, DEFERRED] } : word } : {}),
      };
      const limit = Math.min(pageSize > 0 ? pageSize : PAGE_DEFAULT, PAGE_MAX);
      const page = await messages.find(filter, { limit, after: pageToken || undefined, sort: { field: 'state.queuedAt', direction: -1 } });
      return { messages: await Promise.all(page.items.map(({ id, state }) => toMessage(id, state, sealer))), nextPageToken: page.next ?? '' };
    }),
    getMessage: query(READERS, async ({ messageId }) => {
      const found = /^[0-9a-f-]{36}$/.test(messageId) ? await messages.read(messageId) : undefined;
      if (!found) {
        throw new Rejected({
          kind: 'unknown',
          code: 'MESSAGE_UNKNOWN',
          field: 'messageId',
          zh: '没有这条消息;请从消息列表中选择。',
          en: 'There is no such message; pick one from the list of messages.',
        });
      }
      return { message: await toMessage(messageId, found.state, sealer) };
    }),
  });
}

async function toMessage(messageId: string, state: MessageState, sealer: Sealer): Promise<Message> {
  const content = state.content ? await sealer.open(state.person, state.content) : undefined;
  // Whoever was erased is not named any more, though the message stays on record.
  const { recipient = '', text = '' } = content && content !== 'erased' ? (content as { recipient: string; text: string }) : {};
  const shown = state.status === 'ATTEMPTED' || state.status === 'DEFERRED' ? 'QUEUED' : state.status === 'NONE' ? 'UNSPECIFIED' : state.status;
  return {
    messageId,
    rule: state.rule,
    accountNo: state.accountNo,
    causeEventId: state.causeEventId,
    status: `MESSAGE_STATUS_${shown}`,
    language: state.language,
    recipient,
    text,
    providerMessageId: state.providerMessageId,
    queuedAt: state.queuedAt,
    sentAt: state.sentAt,
    deliveredAt: state.deliveredAt,
    failedAt: state.failedAt,
    failure: state.failure,
    attempts: state.attempts,
    deferral: deferralOf(state),
    withdrawnAt: state.withdrawnAt,
  };
}

function deferralOf({ notBefore, waitedFor = '' }: MessageState): Deferral | undefined {
  if (!notBefore) return undefined;
  const wall = shanghaiWall(notBefore).slice(0, 16).replace('T', ' ');
  return { until: notBefore, code: waitedFor, zh: `免打扰时段内不发送,等到 ${wall}`, en: `not sent during quiet hours: it waits until ${wall}` };
}
