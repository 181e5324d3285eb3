export type { Attributes, Authorizer, Decision } from './auth/authorizer.ts';
export { admin, component, type User } from './auth/user.ts';
export { type Engine, type EngineOptions, startEngine } from './engine.ts';
export type { NodeConnection, NodeLogRequest } from './http/log.ts';
