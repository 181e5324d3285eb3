import type { App } from '@fairlead/api';
import type { Deployment } from '@fairlead/kube';

/** The process that gets the routes. */
export const routedProcess = 'web';

/**
 * How many copies of a process the App wants. Without a word of it the routed process is left to whoever
 * speaks (an autoscaler, `kubectl scale`; Kubernetes starts with 1), and of the others none runs.
 */
export const statedReplicas = (app: App, process: string): number | undefined =>
  app.spec.processes?.[process]?.replicas ?? (process === routedProcess ? undefined : 0);

/** How many copies of a process should run, as things are. */
export const wantedReplicas = (app: App, process: string, deployment: Deployment | undefined): number =>
  statedReplicas(app, process) ?? deployment?.spec.replicas ?? 1;

/** Seconds that a rollout may go without progress, and a copy may take until it is ready. */
export const rolloutSeconds = (app: App): number => app.spec.timeouts?.rollout ?? 60;
