import { annotations, type EnvVar, type Release } from '@fairlead/api';
import type { AppFacts } from './facts.ts';
import type { Snapshot } from './snapshot.ts';
import { isSameSource } from './source.ts';
import { rolledBackTo } from './why-build.ts';

/** What makes a new release, as data: the ledger, the events and the command line say it from this. */
export type ReleaseReason =
  | { readonly type: 'Created' }
  | { readonly type: 'RolledBack'; readonly version: number }
  | { readonly type: 'Deployed'; readonly what: string }
  | { readonly type: 'ConfigAdded' | 'ConfigChanged' | 'ConfigRemoved'; readonly names: readonly string[] }
  | { readonly type: 'ProcessesChanged'; readonly names: readonly string[] }
  /** Nothing changed, but the newest release failed and somebody asked for it again. */
  | { readonly type: 'Retried'; readonly version: number };

/** What is decided from here. */
type Facts = Pick<AppFacts, 'app' | 'releases' | 'source' | 'fingerprint'>;

interface Change {
  readonly facts: Facts;
  readonly newest: Release['spec'];
  readonly next: Snapshot;
}

type Rule = (change: Change) => ReleaseReason | undefined;

const deployed: Rule = ({ newest, next }) =>
  next.image !== undefined && next.image.reference !== newest.image?.reference
    ? { type: 'Deployed', what: nameOf(next) }
    : undefined;

const configAdded: Rule = ({ newest, next }) => {
  const before = byName(newest.env);
  return named(
    'ConfigAdded',
    [...byName(next.env).keys()].filter((name) => !before.has(name)),
  );
};

const configChanged: Rule = ({ facts, newest, next }) => {
  const before = byName(newest.env);
  const changed = [...byName(next.env).values()].filter((variable) => {
    const old = before.get(variable.name);
    return old !== undefined && facts.fingerprint(old) !== facts.fingerprint(variable);
  });
  return named(
    'ConfigChanged',
    changed.map(({ name }) => name),
  );
};

const configRemoved: Rule = ({ newest, next }) => {
  const after = byName(next.env);
  return named(
    'ConfigRemoved',
    [...byName(newest.env).keys()].filter((name) => !after.has(name)),
  );
};

const processesChanged: Rule = ({ newest, next }) => {
  // The commands of new code belong to that code and are no story of their own.
  if (next.image?.reference !== newest.image?.reference) return undefined;
  const names = new Set([...Object.keys(newest.processes ?? {}), ...Object.keys(next.processes ?? {})]);
  const command = (spec: Snapshot, name: string) => JSON.stringify(spec.processes?.[name]?.command);
  return named(
    'ProcessesChanged',
    [...names].filter((name) => command(newest, name) !== command(next, name)),
  );
};

const rules: readonly Rule[] = [deployed, configAdded, configChanged, configRemoved, processesChanged];

/** Why there must be a new release; empty when the newest one holds all of it. */
export const whyRelease = (facts: Facts, next: Snapshot): ReleaseReason[] => {
  const newest = facts.releases.at(-1);
  if (newest === undefined) return [{ type: 'Created' }];
  const reasons = differences({ facts, newest: newest.spec, next });
  if (reasons.length === 0) return isAskedAgain(facts, newest, next) ? [retryOf(newest)] : [];
  const target = rolledBackTo(facts);
  const isReturn = target !== undefined && differences({ facts, newest: target.spec, next }).length === 0;
  return isReturn ? [{ type: 'RolledBack', version: target.spec.version }] : reasons;
};

const differences = (change: Change): ReleaseReason[] =>
  rules.map((rule) => rule(change)).filter((reason) => reason !== undefined);

/** While the new source could not be built nothing is to be tried again: the old code was not asked for. */
const isAskedAgain = ({ app, source }: Facts, newest: Release, next: Snapshot): boolean =>
  newest.status?.phase === 'Failed' &&
  app.spec.buildRequest !== undefined &&
  newest.metadata.annotations?.[annotations.buildRequest] !== app.spec.buildRequest &&
  isSameSource(next.source, source);

const retryOf = ({ spec }: Release): ReleaseReason => ({ type: 'Retried', version: spec.version });

/** The ledger's words: `deployed 3f2c1a9, added POWERED_BY`. */
export const summaryOf = (reasons: readonly ReleaseReason[]): string => reasons.map(wordsOf).join(', ');

const wordsOf = (reason: ReleaseReason): string => {
  switch (reason.type) {
    case 'Created':
      return 'created';
    case 'RolledBack':
      return `rolled back to v${reason.version}`;
    case 'Deployed':
      return `deployed ${reason.what}`;
    case 'ConfigAdded':
      return `added ${reason.names.join(', ')}`;
    case 'ConfigChanged':
      return `changed ${reason.names.join(', ')}`;
    case 'ConfigRemoved':
      return `removed ${reason.names.join(', ')}`;
    case 'ProcessesChanged':
      return `changed the command of ${reason.names.join(', ')}`;
    case 'Retried':
      return `tried v${reason.version} again`;
    default:
      throw new TypeError(`unknown reason ${reason satisfies never}`);
  }
};

const nameOf = ({ source, image }: Snapshot): string =>
  source?.artifact?.commit?.slice(0, 7) ??
  source?.artifact?.digest.slice('sha256:'.length, 'sha256:'.length + 12) ??
  image?.reference ??
  'an image';

const byName = (env: readonly EnvVar[] | undefined): ReadonlyMap<string, EnvVar> =>
  new Map((env ?? []).map((variable) => [variable.name, variable]));

const named = (
  type: 'ConfigAdded' | 'ConfigChanged' | 'ConfigRemoved' | 'ProcessesChanged',
  names: readonly string[],
): ReleaseReason | undefined => (names.length === 0 ? undefined : { type, names });
