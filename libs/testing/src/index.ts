export { eventually } from './eventually.ts';
export { startInfrastructure, type Infrastructure } from './infrastructure.ts';
export { freePorts, startKafka, startSmsc, type Smsc, type Started } from '@youdian/launcher';
export { start } from './process.ts';
export { refusedWith } from './refusal.ts';
export { startService, type RunningService } from './service.ts';
export { storedBytes } from './stored.ts';
export { collectEvents, type Collected } from './topic.ts';
