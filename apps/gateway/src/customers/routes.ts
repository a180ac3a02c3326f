import { CustomerKind } from '@youdian/contracts-customer/events';
import type { Customer } from '@youdian/contracts-customer/customer_profile';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { codes } from '../rest/codes.ts';
import { language, name, ownersId, phone } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const kinds = codes(CustomerKind, 'CUSTOMER_KIND_');
const customer = z.object({ customerId: z.string(), kind: kinds.output, name: z.string(), phone: z.string(), language, version: z.int() });
const params = z.object({ customerId: ownersId });

export const customerRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/customers',
    operation: 'registerCustomer',
    tag: 'customers',
    summary: { zh: '登记客户', en: 'Register a customer' },
    body: z.strictObject({ kind: kinds.input, name, phone, language: language.optional() }),
    status: 201,
    response: customer,
    answer: async ({ body }, { customers }, call) => toJson((await customers.registerCustomer({ ...body, language: body.language ?? '' }, call)).customer!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/customers/{customerId}',
    operation: 'getCustomer',
    tag: 'customers',
    summary: { zh: '客户资料', en: 'A customer' },
    params,
    response: customer,
    answer: async ({ params }, { customers }, call) => toJson((await customers.getCustomer(params, call)).customer!),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/customers/{customerId}',
    operation: 'updateCustomer',
    tag: 'customers',
    summary: { zh: '修改客户资料;没写的不变', en: 'Change a customer; what is left out stays' },
    params,
    body: z
      .strictObject({ kind: kinds.input, name, phone, language })
      .partial()
      .refine((body) => Object.keys(body).length > 0, says('请至少写一项要修改的内容。', 'Name at least one thing to change.'))
      .meta({ minProperties: 1 }),
    response: customer,
    answer: async ({ params, body }, { customers }, call) => {
      const { kind = kinds.unspecified, name = '', phone = '', language = '' } = body;
      return toJson((await customers.updateCustomer({ ...params, kind, name, phone, language }, call)).customer!);
    },
  }),
];

function toJson({ kind, language, version, ...rest }: Customer): z.input<typeof customer> {
  return { ...rest, kind: kinds.toCode(kind), language: language === 'en' ? 'en' : 'zh', version: Number(version) };
}
