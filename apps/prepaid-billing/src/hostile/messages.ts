/** Requests that a contract allows and nobody should send, and some that it does not allow. */
import { readFileSync } from 'node:fs';
import { create, createFileRegistry, fromBinary, ScalarType, toBinary, type DescField, type DescMessage, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { MethodShape } from '@youdian/service-host';
import fc from 'fast-check';

const DEPTH_MAX = 3;
const LIST_MAX = 3;
const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

const anyText = fc.oneof(
  fc.constantFrom('', ' ', '\0', '|', 'a|b', '~', '__proto__', 'constructor', '💥', '\u202e', '../..', '%00', '{"$ne":null}', '9'.repeat(40), 'x'.repeat(3_000), '王芳 13800000000'),
  fc.constantFrom('0000000001', '0000000002', '9000000001', '2026-02', '2026-13', '2026-03-20', '2026-02-30', 'CH1', 'B1', 'rural-grid~B1', '00-1', '01-2', '99-1', 'C01.2026-03-02.1', '0.0.0', '0.99.99'),
  fc.string({ unit: 'binary', maxLength: 70 }),
);
/** By the end of a field's name: what is proper there, so that some requests get far. */
const PROPER: readonly (readonly [RegExp, fc.Arbitrary<string>])[] = [
  [/account_no$/, fc.constantFrom('0000000001', '0000000002', '0000000003', '9000000001')],
  [/period$/, fc.constant('2026-02')],
  [/(_on|day|from|to)$/, fc.constantFrom('2026-03-01', '2026-03-02', '2026-03-20')],
  [/posting_id$|refund_id$/, fc.integer({ min: 0, max: 400 }).map((n) => `0${n % 4}-${n}`)],
  [/shift_id$/, fc.constantFrom('C01.2026-03-02.1', 'C02.2026-03-02.1')],
  [/reason$/, fc.constant('抄表差错')],
  [/_id$|_no$|_key$/, fc.nat({ max: 60 }).map((n) => `N${n}`)],
];
const long = fc.oneof(fc.constantFrom(0n, 1n, -1n, 100n, 5_000n, INT64.min, INT64.max, 10n ** 12n), fc.bigInt(INT64));
const int = fc.oneof(fc.constantFrom(0, 1, -1, 2, 10_000_001, INT32.min, INT32.max), fc.integer(INT32));
const timestamp = fc.record({ seconds: fc.oneof(fc.constantFrom(0n, 1_772_424_000n, 253_402_300_800n, -62_135_596_801n), fc.bigInt(INT64)), nanos: int });

export function contractsOf(...domains: readonly string[]): FileRegistry[] {
  return domains.map((domain) => createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(new URL(import.meta.resolve(`@youdian/contracts-${domain}/descriptor`))))));
}

export interface HostileCall {
  readonly method: MethodShape;
  readonly messages: readonly Uint8Array[];
  readonly actor: string;
  readonly key: string;
}

const actor = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('cashier:C01', 'cashier:C02', 'manager:M1', 'admin:A1', 'integrator:billing-center', 'integrator:rural-grid', 'kiosk:K1', 'customer:1', 'service:x', 'agent:A') },
  { weight: 1, arbitrary: fc.constantFrom('', 'C01', 'integrator:stranger', 'nobody:1', 'Cashier:C01', 'cashier:a|b') },
);
const key = fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 1_000_000 }).map((n) => `k${n}`) }, { weight: 1, arbitrary: fc.constantFrom('', 'x'.repeat(129), 'k1', '|') });

/** A call of one of these methods by anybody. */
export function hostileCall(contracts: readonly FileRegistry[], methods: readonly MethodShape[]): fc.Arbitrary<HostileCall> {
  return fc.oneof(...methods.map((method) => fc.record({
    method: fc.constant(method), messages: fc.array(hostileRequest(contracts, method.path), method.requestStream ? { maxLength: 4 } : { minLength: 1, maxLength: 1 }), actor, key,
  })));
}

/** A request of a method, `/youdian.billing.v1.PrepaidBillingService/TopUp`, as bytes; one in ten is no message at all. */
function hostileRequest(contracts: readonly FileRegistry[], path: string): fc.Arbitrary<Uint8Array> {
  const [, service, name] = path.split('/');
  const method = contracts.map((registry) => registry.getService(service!)).find((found) => found)?.methods.find((one) => one.name === name);
  if (!method) throw new Error(`no contract has ${path}`);
  const { input } = method;
  const proper = messageOf(input, 0).map((init) => toBinary(input, create(input, init)));
  return fc.oneof({ weight: 9, arbitrary: proper }, { weight: 1, arbitrary: fc.tuple(proper, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 })).map(cut) });
}

function cut([bytes, at, instead]: [Uint8Array, number, Uint8Array]): Uint8Array {
  const from = bytes.length === 0 ? 0 : at % bytes.length;
  return Buffer.concat([bytes.subarray(0, from), instead, bytes.subarray(from + (at % 3))]);
}

function messageOf(message: DescMessage, depth: number): fc.Arbitrary<Record<string, unknown>> {
  if (message.typeName === 'google.protobuf.Timestamp') return timestamp;
  const parts = message.fields.filter((field) => !field.oneof || field.oneof.fields[0] === field).map((field) => partOf(field, depth));
  return fc.tuple(...parts).map((values) => Object.assign({}, ...values) as Record<string, unknown>);
}

/** A field, or one of those of which there is one. */
function partOf(field: DescField, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const { oneof } = field;
  const chosen = oneof
    ? fc.constantFrom(...oneof.fields).chain((one) => valueOf(one, depth).map((value) => ({ [oneof.localName]: { case: one.localName, value } })))
    : valueOf(field, depth).map((value) => ({ [field.localName]: value }));
  return fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 6, arbitrary: chosen as fc.Arbitrary<Record<string, unknown>> });
}

function valueOf(field: DescField, depth: number): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case 'scalar': return scalarOf(field.scalar, field.name);
    case 'enum': return fc.oneof(fc.constantFrom(...field.enum.values.map(({ number }) => number)), fc.integer(INT32));
    case 'message': return depth >= DEPTH_MAX ? fc.constant(undefined) : messageOf(field.message, depth + 1);
    case 'map': return fc.dictionary(anyText, anyText, { maxKeys: LIST_MAX });
    case 'list': return fc.array(elementOf(field, depth), { maxLength: LIST_MAX });
  }
}

function elementOf(field: DescField & { fieldKind: 'list' }, depth: number): fc.Arbitrary<unknown> {
  if (field.listKind === 'message') return messageOf(field.message, Math.min(depth + 1, DEPTH_MAX));
  return field.listKind === 'enum' ? fc.integer(INT32) : scalarOf(field.scalar, field.name);
}

function scalarOf(scalar: ScalarType, name: string): fc.Arbitrary<unknown> {
  switch (scalar) {
    case ScalarType.STRING: return fc.oneof({ weight: 3, arbitrary: PROPER.find(([form]) => form.test(name))?.[1] ?? anyText }, { weight: 1, arbitrary: anyText });
    case ScalarType.BYTES: return fc.oneof(fc.uint8Array({ maxLength: 200 }), csv);
    case ScalarType.BOOL: return fc.boolean();
    case ScalarType.INT32: return name === 'page_size' || name === 'count' || name === 'line' ? fc.oneof(int, fc.integer({ min: 1, max: 20 })) : int;
    case ScalarType.INT64: return long;
    default: return int;
  }
}

const HEADERS = ['chargeId,accountNo,amountFen,period,dueOn', 'receiptNo,accountNo,amountFen,channel,takenAt,collectorId'];
const csv = fc.tuple(fc.constantFrom(...HEADERS), fc.array(fc.array(anyText, { maxLength: 7 }).map((cells) => cells.join(',')), { maxLength: 4 })).map(([header, rows]) => Buffer.from([header, ...rows].join('\n')));
