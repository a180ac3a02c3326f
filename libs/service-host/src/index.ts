export { readConfig, address, port, serviceConfig } from './config.ts';
export { runService, type Host } from './host.ts';
export { admit, admitAs, command, commands, implement, query, type Actor, type Call, type Implementation, type Method, type MethodShape } from './grpc-method.ts';
export { refusalBehind, serveGrpc } from './grpc-server.ts';
export { connectService, type Calls, type CallOptions } from './grpc-client.ts';
export { connectMongo } from './mongo.ts';
export { eventHistoryService, historyEventOf, remoteHistory } from './event-history.ts';
