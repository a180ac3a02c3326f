import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { openApi } from './openapi/openapi.ts';
import { routes } from './routes.ts';
import { EXAMPLES } from './testing/examples.ts';

const described = openApi(routes) as any;
const operations = Object.entries<any>(described.paths).flatMap(([path, item]) => Object.entries<any>(item).map(([method, operation]) => ({ path, method, operation })));

test('what the platform promises at least is there', () => {
  const there = routes.map(({ method, path }) => `${method} ${path}`);
  for (const promised of [
    'POST /api/v1/customers', 'POST /api/v1/accounts', 'GET /api/v1/accounts/{accountNo}', 'POST /api/v1/accounts/{accountNo}/top-ups', 'GET /api/v1/accounts/{accountNo}/balance',
    'GET /api/v1/accounts/{accountNo}/statement', 'POST /api/v1/cases', 'GET /api/v1/cases/{caseId}', 'POST /api/v1/cases/{caseId}/classify', 'POST /api/v1/cases/{caseId}/resolve',
    'POST /api/v1/cases/{caseId}/close', 'GET /api/v1/statistics/{statistic}', 'GET /api/v1/statistics', 'GET /api/v1/messages', 'GET /api/v1/network', 'GET /api/v1/classifications',
    'PUT /api/v1/accounts/{accountNo}/low-balance-threshold', 'POST /api/v1/accounts/import', 'POST /api/v1/top-ups/import', 'POST /api/v1/cases/import',
  ]) {
    assert.ok(there.includes(promised), promised);
  }
});

test('no two routes share a method and path, or an operation', () => {
  assert.equal(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size, routes.length);
  assert.equal(new Set(routes.map(({ operation }) => operation)).size, routes.length);
});

test('every route is documented in both languages, with its caller, its key, its answer and its problems', () => {
  assert.equal(operations.length, routes.length);
  for (const route of routes) {
    const operation = described.paths[route.path][route.method.toLowerCase()];
    assert.equal(operation.operationId, route.operation);
    assert.match(operation.summary, /[\u4e00-\u9fff].* · [A-Z]/, route.operation);
    const headers = operation.parameters.map((parameter: any) => parameter.$ref?.split('/').pop());
    assert.ok(headers.includes('Actor'), route.operation);
    assert.equal(headers.includes('IdempotencyKey'), route.method !== 'GET', route.operation);
    const { content } = operation.responses[route.status ?? 200];
    assert.ok(route.contentType ? content[route.contentType] : content['application/json'].schema.properties, route.operation);
    for (const status of [400, 403, 404, 422, 500, 503]) assert.ok(operation.responses[status], `${route.operation} ${status}`);
    assert.equal(operation.requestBody !== undefined, route.body !== undefined || route.csv !== undefined);
  }
});

test('OpenAPI 3.1: parameters are those of the path, references resolve, schemas are JSON Schema', () => {
  assert.match(described.openapi, /^3\.1\.\d+$/);
  assert.ok(described.info.title && described.info.version);
  const tags = described.tags.map(({ name }: { name: string }) => name);
  for (const { path, method, operation } of operations) {
    const where = `${method} ${path}`;
    assert.ok(['get', 'post', 'put', 'patch'].includes(method), where);
    assert.ok(operation.tags.every((tag: string) => tags.includes(tag)), where);
    const parameters = operation.parameters.map((parameter: any) => (parameter.$ref ? resolve(parameter.$ref) : parameter));
    const inPath = parameters.filter((parameter: any) => parameter.in === 'path').map(({ name }: { name: string }) => name);
    assert.deepEqual(inPath.sort(), [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort(), where);
    for (const parameter of parameters) {
      assert.ok(['path', 'query', 'header'].includes(parameter.in) && parameter.schema, `${where} ${parameter.name}`);
      if (parameter.in === 'path') assert.equal(parameter.required, true, where);
    }
    assert.equal(new Set(parameters.map((parameter: any) => `${parameter.in} ${parameter.name}`)).size, parameters.length, where);
    for (const [status, response] of Object.entries<any>(operation.responses)) {
      assert.match(status, /^[2-5]\d\d$/);
      assert.ok((response.$ref ? resolve(response.$ref) : response).description, `${where} ${status}`);
    }
  }
  walk(described);
});

const JSON_TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

function resolve(reference: string): any {
  const found = reference.replace('#/', '').split('/').reduce((value: any, key) => value?.[key], described);
  assert.ok(found, reference);
  return found;
}

/** Every reference resolves, and every `type` and `pattern` is one. */
function walk(value: any): void {
  if (typeof value !== 'object' || value === null) return;
  if (typeof value.$ref === 'string') resolve(value.$ref);
  if (typeof value.type === 'string' && (value.properties || value.pattern || value.items)) assert.ok(JSON_TYPES.includes(value.type), value.type);
  if (typeof value.pattern === 'string') assert.doesNotThrow(() => new RegExp(value.pattern, 'u'), value.pattern);
  for (const inner of Object.values(value)) walk(inner);
}

test('each example is what its route reads', () => {
  for (const route of routes) {
    const example = EXAMPLES[route.operation];
    assert.ok(example, `${route.operation} has no example`);
    for (const part of ['params', 'query', 'body'] as const) {
      if (route[part]) assert.doesNotThrow(() => (route[part] as z.ZodType).parse(example[part] ?? {}), `${route.operation} ${part}`);
    }
  }
});

test('a body has no field beside the documented ones', () => {
  for (const route of routes) {
    if (!route.body) continue;
    const parsed = (route.body as z.ZodType).safeParse({ ...EXAMPLES[route.operation]!.body, colour: 'red' });
    assert.equal(parsed.error?.issues[0]?.code, 'unrecognized_keys', route.operation);
  }
});

test('every text that comes in has a greatest length or a form', () => {
  for (const { path, method, operation } of operations) {
    const schemas = [operation.requestBody?.content?.['application/json']?.schema, ...operation.parameters.map((parameter: any) => parameter.schema)].filter(Boolean);
    for (const schema of schemas) boundedStrings(schema, `${method} ${path}`);
  }
});

function boundedStrings(schema: any, where: string): void {
  if (schema.type === 'string') assert.ok(schema.maxLength !== undefined || schema.pattern !== undefined || schema.enum !== undefined, `${where}: ${JSON.stringify(schema)}`);
  for (const inner of Object.values(schema.properties ?? {})) boundedStrings(inner, where);
  if (typeof schema.additionalProperties === 'object') boundedStrings(schema.additionalProperties, where);
}
