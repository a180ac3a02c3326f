/** The smallest service there can be, for the tests of this library. */
import { MongoServerSelectionError } from 'mongodb';
import { z } from 'zod';
import { address, eventHistoryService, readConfig, runService, serveGrpc } from './index.ts';

const config = readConfig({
  GREETING: z.string(),
  GRPC_LISTEN: address.default('127.0.0.1:0'),
  ADMIN_LISTEN: address.default('127.0.0.1:0'),
  LOG_LEVEL: z.string().default('info'),
});

await runService('fixture', config, async (host) => {
  const history = {
    async *read(topic: string, subject: string, sequence: bigint) {
      if (subject === 'away') throw new MongoServerSelectionError('connect ECONNREFUSED', {} as never);
      yield { topic, subject, sequence, id: 'x:1:0', source: '/youdian/fixture', type: 'x', time: new Date(0), data: Buffer.from('{}') };
    },
    async *readAll() {},
  };
  await serveGrpc(host, {
    listen: config.GRPC_LISTEN,
    services: [eventHistoryService(history)],
    descriptors: [import.meta.resolve('@youdian/contracts-platform/descriptor')],
  });
});
