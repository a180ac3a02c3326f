/** Who keeps which money. */
import { Fund } from '@youdian/contracts-billing/events';
import type { Appointment } from '@youdian/contracts-billing/keepers';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { codes } from '../rest/codes.ts';
import { day, instantOut } from '../rest/fields.ts';
import { route } from '../rest/route.ts';
import { staffId } from './routes.ts';

const funds = codes(Fund, 'FUND_');
const fund = funds.input.meta({ description: '预存、现金、在途、银行、退费、待查 which money' });
const appointmentId = z.string().regex(/^[1-9]\d{0,8}$/, says('请用任命时得到的编号。', 'Use the id that the appointment gave.'));
const appointment = z.object({
  appointmentId, fund: funds.output, keeperId: z.string(), fromDay: z.string(), appointedBy: z.string(), appointedAt: instantOut.optional(),
  confirmedBy: z.string().optional().meta({ description: '未确认则无,任命尚未生效 absent: not confirmed, and not in force' }), confirmedAt: instantOut.optional(),
});

export const keeperRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/funds/{fund}/keepers',
    operation: 'appointKeeper',
    tag: 'shifts',
    summary: { zh: '任命资金保管人,须另一人确认', en: 'Name who keeps a fund from a day on; another person confirms' },
    params: z.object({ fund }),
    body: z.strictObject({ keeperId: staffId, fromDay: day }),
    status: 201,
    response: appointment,
    answer: async ({ params, body }, { keepers }, call) => toJson((await keepers.appointKeeper({ ...params, ...body }, call)).appointment!),
  }),
  route({
    method: 'POST',
    path: '/api/v1/funds/{fund}/keepers/{appointmentId}/confirm',
    operation: 'confirmKeeper',
    tag: 'shifts',
    summary: { zh: '确认任命(不能是任命人或保管人本人)', en: 'Confirm an appointment; not by who made it, nor by the keeper' },
    params: z.object({ fund, appointmentId }),
    body: z.strictObject({ confirmed: z.literal(true) }),
    response: appointment,
    answer: async ({ params }, { keepers }, call) => toJson((await keepers.confirmKeeper(params, call)).appointment!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/keepers',
    operation: 'listKeepers',
    tag: 'shifts',
    summary: { zh: '某日各项资金的保管人', en: 'Who keeps each fund on a day; today if none is given' },
    query: z.strictObject({ day: day.optional() }),
    response: z.object({ day: z.string(), funds: z.array(z.object({ fund: funds.output, keeper: appointment.optional(), waiting: z.array(appointment) })) }),
    answer: async ({ query }, { keepers }, call) => {
      const answer = await keepers.listKeepers({ day: query.day ?? '' }, call);
      return { day: answer.day, funds: answer.funds.map(({ fund: of, keeper, waiting }) => ({ fund: funds.toCode(of), keeper: keeper && toJson(keeper), waiting: waiting.map(toJson) })) };
    },
  }),
];

function toJson({ fund: of, appointedAt, confirmedBy, confirmedAt, ...rest }: Appointment): z.input<typeof appointment> {
  return { ...rest, fund: funds.toCode(of), appointedAt: appointedAt?.toISOString(), confirmedBy: confirmedBy || undefined, confirmedAt: confirmedAt?.toISOString() };
}
