import { MessageStatus, type Message } from '@youdian/contracts-notification/notification';
import { z } from 'zod';
import { codes } from '../rest/codes.ts';
import { accountNo, instantOut, nextPageToken, pageSize, pageToken } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const statuses = codes(MessageStatus, 'MESSAGE_STATUS_');
const message = z.object({
  messageId: z.string(),
  rule: z.string(),
  accountNo: z.string(),
  causeEventId: z.string().meta({ description: 'the event that asked for it' }),
  status: statuses.output,
  language: z.string(),
  recipient: z.string(),
  text: z.string(),
  providerMessageId: z.string().optional(),
  queuedAt: instantOut.optional(),
  sentAt: instantOut.optional(),
  deliveredAt: instantOut.optional(),
  failedAt: instantOut.optional(),
  withdrawnAt: instantOut.optional(),
  failure: z.string().optional().meta({ description: '失败或不再发送的原因 a code: why it failed or was withdrawn' }),
  attempts: z.int(),
  deferral: z.object({ until: instantOut, code: z.string(), zh: z.string(), en: z.string() }).optional().meta({ description: '等到何时、为何等 if it had to wait: until when, and why' }),
});

export const messageRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/messages',
    operation: 'listMessages',
    tag: 'messages',
    summary: { zh: '发出的消息及回执,新的在前', en: 'Messages with their receipts, newest first' },
    query: z.strictObject({ accountNo: accountNo.optional(), status: statuses.input.optional(), pageSize: pageSize.optional(), pageToken: pageToken.optional() }),
    response: z.object({ messages: z.array(message), nextPageToken }),
    answer: async ({ query }, { notification }, call) => {
      const { accountNo = '', status = statuses.unspecified, pageSize = 0, pageToken = '' } = query;
      const { messages, nextPageToken } = await notification.listMessages({ accountNo, status, pageSize, pageToken }, call);
      return { messages: messages.map(toJson), nextPageToken: nextPageToken || undefined };
    },
  }),
];

function toJson({ status, providerMessageId, queuedAt, sentAt, deliveredAt, failedAt, withdrawnAt, failure, deferral, ...rest }: Message): z.input<typeof message> {
  return {
    ...rest,
    status: statuses.toCode(status),
    providerMessageId: providerMessageId || undefined,
    queuedAt: queuedAt?.toISOString(),
    sentAt: sentAt?.toISOString(),
    deliveredAt: deliveredAt?.toISOString(),
    failedAt: failedAt?.toISOString(),
    withdrawnAt: withdrawnAt?.toISOString(),
    failure: failure || undefined,
    deferral: deferral?.until && { ...deferral, until: deferral.until.toISOString() },
  };
}
