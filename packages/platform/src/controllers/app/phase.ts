import type { App, AppPhase, Release } from '@fairlead/api';
import type { Deployment } from '@fairlead/kube';
import { wantedReplicas } from '../release/children.ts';
import { deploymentName } from '../names.ts';
import type { Build } from './build.ts';

export interface PhaseFacts {
  readonly app: App;
  readonly build: Build;
  readonly newest: Release | undefined;
  /** The release that has the traffic: the newest that succeeded, or the one on its way when none has. */
  readonly serving: Release | undefined;
  readonly deployments: readonly Deployment[];
}

/** Where the app is in its life, why, and how many of its copies are ready. */
export interface Phase {
  readonly phase: AppPhase;
  readonly reason: string;
  readonly message: string;
}

type Rule = (facts: PhaseFacts) => Phase | undefined;

const building: Rule = ({ build }) =>
  build.kind === 'running'
    ? {
        phase: 'Building',
        reason: build.reasons[0] ?? 'Building',
        message: `building ${build.image.metadata.name}`,
      }
    : undefined;

const buildFailed: Rule = ({ build, serving }) =>
  build.kind === 'failed'
    ? { phase: serving === undefined ? 'Failed' : 'Degraded', reason: build.reason, message: build.message }
    : undefined;

const waiting: Rule = ({ newest }) =>
  newest?.spec.image === undefined
    ? { phase: 'Pending', reason: 'NoSource', message: 'waits for its first push: git push fairlead main' }
    : undefined;

const releaseFailed: Rule = ({ newest, serving }) => {
  if (newest?.status?.phase !== 'Failed') return undefined;
  const failure = newest.status.conditions?.find(({ type }) => type === 'Available');
  return {
    phase: serving === undefined ? 'Failed' : 'Degraded',
    reason: failure?.reason ?? 'ReleaseFailed',
    message: failure?.message ?? `v${newest.spec.version} failed`,
  };
};

const deploying: Rule = ({ newest }) =>
  newest?.status?.phase === 'Succeeded'
    ? undefined
    : { phase: 'Deploying', reason: 'RollingOut', message: `v${newest?.spec.version ?? 0} is rolling out` };

const scaling: Rule = ({ app, serving, deployments }) => {
  const moving = processesOf(serving).filter((process) => {
    const deployment = findDeployment(deployments, app, process);
    return deployment === undefined || !isSettled(deployment, wantedReplicas(app, process));
  });
  return moving.length === 0
    ? undefined
    : { phase: 'Deploying', reason: 'Scaling', message: `scaling ${moving.join(', ')}` };
};

const stopped: Rule = ({ app, serving }) =>
  processesOf(serving).every((process) => wantedReplicas(app, process) === 0)
    ? { phase: 'Stopped', reason: 'ScaledToZero', message: 'nothing runs: fairlead scale web=1' }
    : undefined;

const unavailable: Rule = (facts) => {
  const { ready, wanted } = countReady(facts);
  return ready < wanted
    ? { phase: 'Degraded', reason: 'CopiesNotReady', message: `${ready} of ${wanted} copies are ready` }
    : undefined;
};

const running: Rule = ({ serving }) => ({
  phase: 'Running',
  reason: 'Running',
  message: `v${serving?.spec.version ?? 0} runs`,
});

// In this order: what holds the newest change up comes before how the serving release fares.
const rules: readonly Rule[] = [
  building,
  buildFailed,
  waiting,
  releaseFailed,
  deploying,
  scaling,
  stopped,
  unavailable,
  running,
];

export const decidePhase = (facts: PhaseFacts): Phase => {
  for (const rule of rules) {
    const phase = rule(facts);
    if (phase !== undefined) return phase;
  }
  throw new TypeError('the last rule always holds');
};

/** Ready copies, and copies that should run. */
export const countReady = ({ app, serving, deployments }: PhaseFacts): { ready: number; wanted: number } => {
  const processes = processesOf(serving);
  return {
    ready: processes.reduce(
      (sum, name) => sum + (findDeployment(deployments, app, name)?.status?.readyReplicas ?? 0),
      0,
    ),
    wanted: processes.reduce((sum, name) => sum + wantedReplicas(app, name), 0),
  };
};

const processesOf = (release: Release | undefined): string[] => Object.keys(release?.spec.processes ?? {});

const findDeployment = (deployments: readonly Deployment[], app: App, process: string) =>
  deployments.find(({ metadata }) => metadata.name === deploymentName(app.metadata.name, process));

/** Whether a Deployment has the size that is wanted and has finished getting there. */
const isSettled = ({ metadata, spec, status }: Deployment, wanted: number): boolean =>
  spec.replicas === wanted &&
  status?.observedGeneration === metadata.generation &&
  (status?.replicas ?? 0) === wanted &&
  (status?.updatedReplicas ?? 0) === wanted;
