import type { App, AppStatus, Release } from '@fairlead/api';
import { type Clock, findCondition } from '@fairlead/kube';
import { type Observation, observe } from '../condition.ts';
import { hostOf } from '../names.ts';
import { addressesOf, hasRoute, takenBy } from '../release/hosts.ts';
import type { Build } from './build.ts';
import { type Copies, copiesOf } from './copies.ts';
import { type AppFacts, servingRelease } from './facts.ts';
import { countCopies, decidePhase, type Phase } from './phase.ts';
import type { AppPorts } from './ports.ts';

/** Everything that is said of an app, before it takes the form of a status. */
export interface AppStory {
  readonly app: App;
  readonly build: Build;
  readonly newest: Release | undefined;
  readonly serving: Release | undefined;
  readonly copies: readonly Copies[];
  readonly phase: Phase;
  readonly routed: Observation;
}

/** The story of an app, from facts alone. */
export const tellStory = (facts: AppFacts, build: Build, { domain }: AppPorts): AppStory => {
  const { app, releases } = facts;
  const newest = releases.at(-1);
  const serving = servingRelease(releases);
  const copies = copiesOf(facts, serving);
  const phase = decidePhase({ app, build, newest, serving, copies });
  return { app, build, newest, serving, copies, phase, routed: routed(facts, domain) };
};

/** The whole status of an app. Delete it by hand and the next pass restores it. */
export const statusOf = (story: AppStory, context: { clock: Clock; ports: AppPorts }): AppStatus => {
  const { app, build, newest, serving, phase } = story;
  const { ready, wanted } = countCopies(story.copies);
  const observed = [built(build), released(newest), available(story), story.routed, readyCondition(phase)];
  return {
    phase: phase.phase,
    url: context.ports.urlOf(hostOf(app.metadata, context.ports.domain)),
    ready: `${ready}/${wanted}`,
    ...(newest === undefined ? {} : { release: newest.spec.version }),
    ...(serving === undefined ? {} : { serving: serving.spec.version }),
    ...(newest?.spec.image?.name === undefined ? {} : { image: newest.spec.image.name }),
    ...(build.kind === 'running' ? { building: build.image.metadata.name } : {}),
    ...(app.metadata.generation === undefined ? {} : { observedGeneration: app.metadata.generation }),
    conditions: observe(app, observed, context.clock),
  };
};

const built = (build: Build): Observation => {
  const said = (status: Observation['status'], reason: string, message: string): Observation => ({
    type: 'Built',
    status,
    reason,
    message,
  });
  switch (build.kind) {
    case 'none':
      return said('Unknown', 'NoSource', 'there is no source yet');
    case 'external':
      return said('True', 'External', `uses the image ${build.reference}`);
    case 'keep':
      return said('True', 'Unchanged', 'the source has its image');
    case 'ready':
      return said('True', 'Built', `built ${build.image.metadata.name}`);
    case 'running':
      return said('Unknown', 'Building', build.reasons.join(', '));
    case 'failed':
      return said('False', build.reason, build.message);
    default:
      throw new TypeError(`unknown build ${build satisfies never}`);
  }
};

const released = (newest: Release | undefined): Observation => {
  const phase = newest?.status?.phase ?? 'Pending';
  const failure = phase === 'Failed' ? findCondition(newest?.status?.conditions, 'Available') : undefined;
  return {
    type: 'Released',
    status: phase === 'Succeeded' ? 'True' : phase === 'Failed' ? 'False' : 'Unknown',
    reason: failure?.reason ?? phase,
    message:
      failure?.message ??
      (newest === undefined ? 'no release yet' : `v${newest.spec.version} ${newest.spec.summary}`),
  };
};

/** Whether somebody who calls the app is answered, whatever becomes of the newest change. */
const available = ({ serving, copies }: AppStory): Observation => {
  const { ready, wanted } = countCopies(copies);
  return {
    type: 'Available',
    status: ready > 0 ? 'True' : 'False',
    reason: serving === undefined ? 'NothingServes' : ready > 0 ? 'CopiesReady' : 'NoCopyReady',
    message: serving === undefined ? 'no release serves yet' : `${ready} of ${wanted} copies are ready`,
  };
};

const routed = ({ app, routes }: AppFacts, domain: string): Observation => {
  const addresses = addressesOf(app, domain);
  for (const { host } of addresses) {
    const other = takenBy(host, app, routes);
    if (other === undefined) continue;
    return { type: 'Routed', status: 'False', reason: 'HostTaken', message: `${host} belongs to ${other}` };
  }
  const hosts = addresses.map(({ host }) => host).join(', ');
  return addresses.every(({ host }) => hasRoute(host, app, routes))
    ? { type: 'Routed', status: 'True', reason: 'Routed', message: `${hosts} leads here` }
    : { type: 'Routed', status: 'Unknown', reason: 'NoRoute', message: `${hosts} leads nowhere yet` };
};

const readyCondition = ({ phase, reason, message }: Phase): Observation => ({
  type: 'Ready',
  status: readiness[phase],
  reason,
  message,
});

const readiness = {
  Pending: 'Unknown',
  Building: 'Unknown',
  Deploying: 'Unknown',
  Running: 'True',
  Degraded: 'False',
  Failed: 'False',
  Stopped: 'False',
} as const satisfies Record<Phase['phase'], Observation['status']>;
