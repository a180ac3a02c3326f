import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startInfrastructure, startService, type Infrastructure, type RunningService } from '@youdian/testing';
let infra: Infrastructure;
let service: RunningService;
before(async () => {
  infra = await startInfrastructure();
  service = await startService('customer-profile', { KAFKA_BROKERS: infra.brokers, MONGODB_URI: infra.mongoUri('customer_profile'), PERSONAL_DATA_KEY: Buffer.alloc(32, 7).toString('base64') });
  console.log(service.startMs);
});
after(async () => { await service?.stop(); await infra?.stop(); });
test('x', () => assert.ok(service.startMs < 2000));
