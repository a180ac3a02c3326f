import { UsageNature } from '@youdian/contracts-customer/events';
import type { Account } from '@youdian/contracts-customer/customer_profile';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { codes } from '../rest/codes.ts';
import { accountNo, address, capacityKva, instantOut, ownersId, placeId } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const natures = codes(UsageNature, 'USAGE_NATURE_');
const account = z.object({
  accountNo,
  customerId: z.string(),
  usageNature: natures.output,
  installedCapacityKva: z.int(),
  regionId: z.string(),
  lineId: z.string(),
  address: z.string(),
  registeredAt: instantOut.optional(),
  version: z.int(),
});
const params = z.object({ accountNo });

export const accountRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/accounts',
    operation: 'registerAccount',
    tag: 'accounts',
    summary: { zh: '登记用电户', en: 'Register an account' },
    body: z.strictObject({ accountNo, customerId: ownersId, usageNature: natures.input, installedCapacityKva: capacityKva, lineId: placeId, address: address.optional() }),
    status: 201,
    response: account,
    answer: async ({ body }, { customers }, call) => {
      const request = { ...body, installedCapacityKva: BigInt(body.installedCapacityKva), address: body.address ?? '' };
      return toJson((await customers.registerAccount(request, call)).account!);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/accounts/{accountNo}',
    operation: 'getAccount',
    tag: 'accounts',
    summary: { zh: '用电户资料', en: 'An account' },
    params,
    response: account,
    answer: async ({ params }, { customers }, call) => toJson((await customers.getAccount(params, call)).account!),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/accounts/{accountNo}',
    operation: 'updateAccount',
    tag: 'accounts',
    summary: { zh: '修改用电户资料;没写的不变', en: 'Change an account; what is left out stays' },
    params,
    body: z
      .strictObject({ usageNature: natures.input, installedCapacityKva: capacityKva, lineId: placeId, address: address.min(1) })
      .partial()
      .refine((body) => Object.keys(body).length > 0, says('请至少写一项要修改的内容。', 'Name at least one thing to change.'))
      .meta({ minProperties: 1 }),
    response: account,
    answer: async ({ params, body }, { customers }, call) => {
      const { usageNature = natures.unspecified, installedCapacityKva = 0, lineId = '', address = '' } = body;
      const request = { ...params, usageNature, installedCapacityKva: BigInt(installedCapacityKva), lineId, address };
      return toJson((await customers.updateAccount(request, call)).account!);
    },
  }),
];

function toJson({ usageNature, installedCapacityKva, registeredAt, version, ...rest }: Account): z.input<typeof account> {
  return {
    ...rest,
    usageNature: natures.toCode(usageNature),
    installedCapacityKva: Number(installedCapacityKva),
    registeredAt: registeredAt?.toISOString(),
    version: Number(version),
  };
}
