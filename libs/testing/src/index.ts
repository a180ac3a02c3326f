export { specification } from './given.ts';
export { startInfrastructure, type Infrastructure } from './infrastructure.ts';
export { startKafkaBroker, type KafkaBroker } from './kafka.ts';
export { freePorts, start, type Started } from './process.ts';
export { startService, type RunningService } from './service.ts';
