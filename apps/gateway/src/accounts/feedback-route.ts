import { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { CaseStatus } from '@youdian/contracts-desk/service_desk';
import { z } from 'zod';
import { codes } from '../rest/codes.ts';
import { accountNo, freeText } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const kinds = codes(CaseKind, 'CASE_KIND_');
const channels = codes(CaseChannel, 'CASE_CHANNEL_');
const statuses = codes(CaseStatus, 'CASE_STATUS_');
/** Who rates so low complains. */
const COMPLAINT_RATING_MAX = 2;
const RATING_MAX = 5;
/** So that the text fits into the case with the rating before it. */
const TEXT_CHARACTERS_MAX = 1_900;

export const feedbackRoute = route({
  method: 'POST',
  path: '/api/v1/accounts/{accountNo}/feedback',
  operation: 'giveFeedback',
  tag: 'cases',
  summary: { zh: '对预存电费服务的意见，成为服务台工单', en: 'Feedback on the prepaid service; it becomes a case on the service desk' },
  params: z.object({ accountNo }),
  body: z.strictObject({
    rating: z.int().min(1).max(RATING_MAX).meta({ description: '1 很不满意 … 5 很满意; 1 and 2 are a complaint, the others a consultation' }),
    text: freeText.max(TEXT_CHARACTERS_MAX).optional().meta({ description: '意见 what the customer says' }),
    channel: channels.input,
  }),
  status: 201,
  response: z.object({ caseId: z.string(), kind: kinds.output, classification: z.string(), status: statuses.output }),
  answer: async ({ params, body: { rating, text = '', channel } }, { desk }, call) => {
    const { case: opened } = await desk.openCase({
      ...params, channel, kind: rating <= COMPLAINT_RATING_MAX ? CaseKind.CASE_KIND_COMPLAINT : CaseKind.CASE_KIND_CONSULTATION, classification: 'PREPAID',
      description: `预存电费服务评价 ${rating}/${RATING_MAX}${text && `：${text}`}`,
      regionId: '', lineId: '', callerName: '', callerPhone: '', occurredAt: undefined,
    }, call);
    const { caseId, kind, classification, status } = opened!;
    return { caseId, kind: kinds.toCode(kind), classification, status: statuses.toCode(status) };
  },
});
