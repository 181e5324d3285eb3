import { type App, annotations, type Release } from '@fairlead/api';
import type { AppFacts, StoredSource } from './facts.ts';

export type BuildReason = 'FirstBuild' | 'SourceMoved' | 'RuntimeMoved';

/** The release whose image may serve again: the one that is asked back, else the newest. */
export const basisOf = (facts: AppFacts): Release | undefined =>
  rolledBackTo(facts) ?? facts.releases.findLast((release) => release.spec.image !== undefined);

/** The release that the app was set back to, as long as it still has that release's source. */
export const rolledBackTo = ({ app, releases, source }: AppFacts): Release | undefined => {
  const asked = Number(app.metadata.annotations?.[annotations.rolledBackTo]);
  const release = releases.find(({ spec }) => spec.version === asked);
  return release !== undefined && sameSource(release, source) ? release : undefined;
};

type Rule = (app: App, basis: Release | undefined, source: StoredSource) => BuildReason | undefined;

const firstBuild: Rule = (_app, basis) => (basis === undefined ? 'FirstBuild' : undefined);

const sourceMoved: Rule = (_app, basis, source) =>
  basis !== undefined && !sameSource(basis, source) ? 'SourceMoved' : undefined;

const runtimeMoved: Rule = (app, basis) =>
  basis !== undefined && app.spec.runtime !== undefined && app.spec.runtime !== basis.spec.runtime
    ? 'RuntimeMoved'
    : undefined;

const rules: readonly Rule[] = [firstBuild, sourceMoved, runtimeMoved];

/** Why an image must be built; empty when the one of the basis will do. A change of configuration builds nothing. */
export const whyBuild = (facts: AppFacts): BuildReason[] => {
  const { app, source } = facts;
  if (source?.kind !== 'artifact') return [];
  return rules.map((rule) => rule(app, basisOf(facts), source)).filter((reason) => reason !== undefined);
};

const sameSource = (release: Release, source: StoredSource | undefined): boolean =>
  source?.kind === 'artifact'
    ? release.spec.source?.artifact?.digest === source.digest
    : source !== undefined && release.spec.source?.image === source.reference;
