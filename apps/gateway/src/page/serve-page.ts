import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Logger } from '@youdian/telemetry';
import express, { Router } from 'express';

/** The web app's files, as they are; it is an app of its own and only its files are known here. */
const WEB = join(import.meta.dirname, '../../../web');
const CHART_LIBRARY = 'echarts/dist/echarts.esm.min.mjs';
const CHART_MAX_AGE_SECONDS = 86_400;

export function servePage(log: Logger): Router {
  const router = Router();
  router.use(express.static(join(WEB, 'public'), { redirect: false, fallthrough: true, dotfiles: 'ignore', extensions: ['html'] }));
  const chart = createRequire(join(WEB, 'package.json')).resolve(CHART_LIBRARY);
  router.get('/vendor/echarts.mjs', (_request, response) => {
    response.sendFile(chart, { maxAge: CHART_MAX_AGE_SECONDS * 1_000, dotfiles: 'allow' }, (error) => {
      if (error && !response.headersSent) {
        log.error({ err: error }, 'the chart library is not installed');
        response.status(404).end();
      }
    });
  });
  return router;
}
