export type { Drain } from './context.ts';
export type { Fetch, RegistryEndpoint } from './image/remote.ts';
export { connectNodes } from './connect.ts';
export { type NodeOptions, type RunningNode, startNode } from './start.ts';
