import { runService } from '@youdian/service-host';
import { loadConfig } from './config.ts';
import { connectPeers } from './peers.ts';
import { createApp } from './rest/app.ts';
import { listen } from './rest/listen.ts';

const config = loadConfig();

await runService('gateway', config, async (host) => {
  const peers = connectPeers(config);
  for (const [peer, { close }] of Object.entries(peers)) host.onStop(peer, close);
  const app = createApp({ peers, log: host.log, anyHost: config.ALLOW_REMOTE_WITHOUT_SIGN_IN === 'yes' });
  await listen(host, app, config.HTTP_LISTEN);
});
