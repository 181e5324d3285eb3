import { type App, annotations, askedBack, type Release } from '@fairlead/api';
import { type AppFacts, newestWithImage } from './facts.ts';
import { type AppSource, isSameSource } from './source.ts';

export type BuildReason = 'FirstBuild' | 'SourceMoved' | 'RuntimeMoved';

/** What is decided from here. */
type Facts = Pick<AppFacts, 'app' | 'releases' | 'source'>;

/** The release whose image may serve again: the one that is asked back, else the newest. */
export const basisOf = (facts: Facts): Release | undefined =>
  rolledBackTo(facts) ?? newestWithImage(facts.releases);

/** The release that the app was just set back to, as long as it still has that release's source. */
export const rolledBackTo = ({ app, releases, source }: Facts): Release | undefined => {
  const newest = releases.at(-1)?.spec.version ?? 0;
  const version = askedBack(app.metadata.annotations?.[annotations.rolledBackTo], newest);
  const release = releases.find(({ spec }) => spec.version === version);
  return release !== undefined && isSameSource(release.spec.source, source) ? release : undefined;
};

type Rule = (app: App, basis: Release | undefined, source: AppSource) => BuildReason | undefined;

const firstBuild: Rule = (_app, basis) => (basis === undefined ? 'FirstBuild' : undefined);

const sourceMoved: Rule = (_app, basis, source) =>
  basis !== undefined && !isSameSource(basis.spec.source, source) ? 'SourceMoved' : undefined;

const runtimeMoved: Rule = (app, basis) =>
  basis !== undefined && app.spec.runtime !== undefined && app.spec.runtime !== basis.spec.runtime
    ? 'RuntimeMoved'
    : undefined;

const rules: readonly Rule[] = [firstBuild, sourceMoved, runtimeMoved];

/** Why an image must be built; empty when the one of the basis will do. A change of configuration builds nothing. */
export const whyBuild = (facts: Facts): BuildReason[] => {
  const { app, source } = facts;
  if (source.kind !== 'artifact') return [];
  const basis = basisOf(facts);
  return rules.map((rule) => rule(app, basis, source)).filter((reason) => reason !== undefined);
};
