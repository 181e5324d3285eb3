export type { Admission, AdmissionRequest } from './admission/chain.ts';
export type { Attributes, Authorizer, Decision } from './auth/authorizer.ts';
export { type Access, renderKubeconfig, writeKubeconfig } from './auth/kubeconfig.ts';
export { admin, component, type User } from './auth/user.ts';
export { type BackupRequest, backUpEngine, restoreEngine } from './backup.ts';
export { type Engine, type EngineOptions, type ListenAddress, startEngine } from './engine.ts';
export type {
  NodeConnection,
  NodeLogRequest,
  NodeStream,
  NodeStreamRequest,
  NodeUsage,
} from './http/node-connection.ts';
export { type RunOptions, runEngine } from './main.ts';
export { gatewayDefinitions } from './schema/builtin-gateway.ts';
export { StoreOpenError, type StoreOpenReason } from './store/sqlite-error.ts';
