export { connectNodes } from './connect.ts';
export type { Drain } from './context.ts';
export type { Fetch, RegistryEndpoint } from './image/remote.ts';
export { openProcessDriver } from './process/driver.ts';
export { identify, isRunning, type ProcessIdentity } from './process/identity.ts';
export { type NodeOptions, type RunningNode, startNode } from './start.ts';
