import type { App, AppStatus } from '@fairlead/api';
import { type Clock, type Condition, setCondition } from '@fairlead/kube';
import { hostOf } from '../names.ts';
import { takenBy } from '../release/hosts.ts';
import type { Build } from './build.ts';
import type { AppFacts } from './facts.ts';
import { countReady, decidePhase, type Phase } from './phase.ts';
import type { AppPorts } from './ports.ts';

interface Observation {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** The whole status of an app, from facts alone. Delete it by hand and the next pass restores it. */
export const statusOf = (
  facts: AppFacts,
  build: Build,
  context: { clock: Clock; ports: AppPorts },
): AppStatus => {
  const { app, releases, deployments } = facts;
  const newest = releases.at(-1);
  const serving = releases.findLast(({ status }) => status?.phase === 'Succeeded');
  const phaseFacts = { app, build, newest, serving, deployments };
  const phase = decidePhase(phaseFacts);
  const { ready, wanted } = countReady(phaseFacts);
  const host = hostOf({ namespace: facts.ref.namespace, name: facts.ref.app }, context.ports.domain);
  const observed = [built(build), released(facts), routed(facts, host), readyCondition(phase)];
  return {
    phase: phase.phase,
    url: context.ports.urlOf(host),
    ready: `${ready}/${wanted}`,
    ...(newest === undefined ? {} : { release: newest.spec.version }),
    ...(serving === undefined ? {} : { serving: serving.spec.version }),
    ...(newest?.spec.image?.name === undefined ? {} : { image: newest.spec.image.name }),
    ...(build.kind === 'running' ? { building: build.image.metadata.name } : {}),
    ...(app.metadata.generation === undefined ? {} : { observedGeneration: app.metadata.generation }),
    conditions: observed.reduce<readonly Condition[]>(
      (conditions, condition) => setCondition(conditions, withGeneration(condition, app), context.clock),
      app.status?.conditions ?? [],
    ) as NonNullable<AppStatus['conditions']>,
  };
};

const withGeneration = (observation: Observation, app: App) => ({
  ...observation,
  ...(app.metadata.generation === undefined ? {} : { observedGeneration: app.metadata.generation }),
});

const built = (build: Build): Observation => {
  switch (build.kind) {
    case 'none':
      return { type: 'Built', status: 'Unknown', reason: 'NoSource', message: 'there is no source yet' };
    case 'external':
      return {
        type: 'Built',
        status: 'True',
        reason: 'External',
        message: `uses the image ${build.reference}`,
      };
    case 'keep':
      return { type: 'Built', status: 'True', reason: 'Unchanged', message: 'the source has its image' };
    case 'ready':
      return {
        type: 'Built',
        status: 'True',
        reason: 'Built',
        message: `built ${build.image.metadata.name}`,
      };
    case 'running':
      return { type: 'Built', status: 'Unknown', reason: 'Building', message: build.reasons.join(', ') };
    case 'failed':
      return { type: 'Built', status: 'False', reason: build.reason, message: build.message };
    default:
      throw new TypeError(`unknown build ${build satisfies never}`);
  }
};

const released = ({ releases }: AppFacts): Observation => {
  const newest = releases.at(-1);
  const message = newest === undefined ? 'no release yet' : `v${newest.spec.version} ${newest.spec.summary}`;
  const phase = newest?.status?.phase;
  if (phase === 'Failed') return { type: 'Released', status: 'False', reason: 'Failed', message };
  return {
    type: 'Released',
    status: phase === 'Succeeded' ? 'True' : 'Unknown',
    reason: phase ?? 'Pending',
    message,
  };
};

const routed = ({ ref, routes }: AppFacts, host: string): Observation => {
  const other = takenBy(host, ref, routes);
  return other === undefined
    ? { type: 'Routed', status: 'True', reason: 'Routed', message: `${host} leads here` }
    : { type: 'Routed', status: 'False', reason: 'HostTaken', message: `${host} belongs to ${other}` };
};

const readyCondition = ({ phase, reason, message }: Phase): Observation => ({
  type: 'Ready',
  status:
    phase === 'Running'
      ? 'True'
      : phase === 'Building' || phase === 'Deploying' || phase === 'Pending'
        ? 'Unknown'
        : 'False',
  reason,
  message,
});
