export { startKafka, type KafkaCluster, type KafkaNode, type KafkaStart } from './kafka.ts';
export { startMongo, type MongoServer, type MongoStart } from './mongo.ts';
export { startSmsc, type Smsc } from './start-smsc.ts';
export { nodeCompileCache } from './machine.ts';
export { freePorts, isFree, start, type Started, type StartOptions } from './process.ts';
