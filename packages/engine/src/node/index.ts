import type { NodeOptions, RunningNode } from './start.ts';

export { connectNodes } from './connect.ts';
export type { Drain } from './context.ts';
export type { Fetch, RegistryEndpoint } from './image/remote.ts';
export { endPods } from './end-pods.ts';
export { identify, isRunning, type ProcessIdentity } from './process/identity.ts';
export type { NodeOptions, RunningNode } from './start.ts';

/**
 * Starts a node: it registers itself and runs the pods that are bound to it as processes of this
 * machine. Resolves when logs are served; the API may come later. Rejects when another node has the
 * data folder.
 */
// Most who come here only want to reach a node or to name a process: the node is loaded when it is started.
export const startNode = async (options: NodeOptions): Promise<RunningNode> =>
  (await import('./start.ts')).startNode(options);
