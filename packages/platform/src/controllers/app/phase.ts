import { type App, type AppPhase, explain, FairleadError, type Release } from '@fairlead/api';
import { findCondition } from '@fairlead/kube';
import { hindered } from '../image/status.ts';
import type { Build } from './build.ts';
import type { Copies } from './copies.ts';

export interface PhaseFacts {
  readonly app: App;
  readonly build: Build;
  readonly newest: Release | undefined;
  /** The release that has the traffic; undefined when none ever had. */
  readonly serving: Release | undefined;
  /** Of the serving release. */
  readonly copies: readonly Copies[];
}

/** Where the app is in its life, and why. */
export interface Phase {
  readonly phase: AppPhase;
  readonly reason: string;
  readonly message: string;
}

type Rule = (facts: PhaseFacts) => Phase | undefined;

/** What failed leaves the last good release serving, where there is one. */
const broken = ({ serving }: PhaseFacts, said: Omit<Phase, 'phase'>): Phase => ({
  phase: serving === undefined ? 'Failed' : 'Degraded',
  reason: said.reason,
  message: said.message,
});

const building: Rule = ({ build }) => {
  if (build.kind !== 'running') return undefined;
  const said = findCondition(build.image.status?.conditions, 'Built');
  const trouble = said?.reason === hindered ? `, which ${said.message}` : '';
  return {
    phase: 'Building',
    reason: build.reasons[0] ?? 'Building',
    message: `building ${build.image.metadata.name}${trouble}`,
  };
};

const buildFailed: Rule = (facts) => (facts.build.kind === 'failed' ? broken(facts, facts.build) : undefined);

const waiting: Rule = ({ newest }) =>
  newest?.spec.image === undefined
    ? { phase: 'Pending', reason: 'NoSource', message: 'waits for its first push: git push fairlead main' }
    : undefined;

/** Kubernetes does not take what the release asks for that is to run: the newest, or who stands in for it. */
const refused: Rule = (facts) => {
  const { newest, serving } = facts;
  const effective = newest?.status?.phase === 'Failed' ? serving : newest;
  const applied = findCondition(effective?.status?.conditions, 'Applied');
  return applied?.status === 'False' ? broken(facts, applied) : undefined;
};

const releaseFailed: Rule = (facts) => {
  const { newest } = facts;
  if (newest?.status?.phase !== 'Failed') return undefined;
  const failure = findCondition(newest.status.conditions, 'Available');
  return broken(facts, failure ?? { reason: 'Failed', message: `v${newest.spec.version} failed` });
};

const deploying: Rule = ({ newest }) =>
  newest?.status?.phase === 'Succeeded'
    ? undefined
    : { phase: 'Deploying', reason: 'RollingOut', message: `v${newest?.spec.version ?? 0} is rolling out` };

const scaling: Rule = ({ copies }) => {
  const moving = copies.filter(({ moving }) => moving);
  if (moving.length === 0) return undefined;
  const message = moving.map(({ process, ready, wanted }) => `${process}: ${ready} ready, ${wanted} wanted`);
  return { phase: 'Deploying', reason: 'Scaling', message: message.join(', ') };
};

const stopped: Rule = ({ copies }) =>
  copies.every(({ wanted }) => wanted === 0)
    ? {
        phase: 'Stopped',
        reason: 'ScaledToZero',
        message: `nothing runs: fairlead scale ${copies[0]?.process ?? 'web'}=1`,
      }
    : undefined;

const unavailable: Rule = (facts) => {
  const { ready, wanted } = countCopies(facts.copies);
  const reason = facts.copies.find(({ trouble }) => trouble !== undefined)?.trouble;
  if (reason === undefined) return undefined;
  const { app } = facts;
  const error = new FairleadError('E_COPIES_NOT_READY', { app: app.metadata.name, ready, wanted, reason });
  return { phase: 'Degraded', reason: error.code, message: explain(error) };
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
  refused,
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

/** Ready copies, and copies that should run, of all processes. */
export const countCopies = (copies: readonly Copies[]): { ready: number; wanted: number } => ({
  ready: copies.reduce((sum, { ready }) => sum + ready, 0),
  wanted: copies.reduce((sum, { wanted }) => sum + wanted, 0),
});
