import type { Volume } from './volumes.ts';

/** A path in a volume, and where what lies there comes from. */
interface Entry {
  readonly path: string;
  readonly source: string;
}

/** Two files of one volume at one path, or one where the other needs a folder. */
export const overlapWarnings = (volumes: readonly Volume[]): readonly string[] =>
  volumes.flatMap(({ name = '', configMap, secret, downwardAPI, projected }) => {
    const warn = (what: string, entries: readonly Entry[]): readonly string[] =>
      overlaps(entries).map(
        (found) => `volume ${JSON.stringify(name)} (${what}): overlapping paths: ${found}`,
      );
    return [
      ...warn(`ConfigMap ${JSON.stringify(configMap?.name ?? '')}`, entriesOf(configMap)),
      ...warn(`Secret ${JSON.stringify(secret?.secretName ?? '')}`, entriesOf(secret)),
      ...warn('DownwardAPI', entriesOf(downwardAPI)),
      ...emptyWarnings(name, projected),
      ...warn('Projected', (projected?.sources ?? []).flatMap(projectionEntries)),
    ];
  });

const entriesOf = (
  source: { readonly items?: readonly { readonly path?: string }[] } | undefined,
  called = '',
): readonly Entry[] => (source?.items ?? []).map(({ path = '' }) => ({ path, source: called }));

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

const projectionEntries = (source: Projection): readonly Entry[] => {
  const { configMap, secret, downwardAPI, serviceAccountToken: token } = source;
  if (configMap?.items) return entriesOf(configMap, `ConfigMap ${JSON.stringify(configMap.name ?? '')}`);
  if (secret?.items) return entriesOf(secret, `Secret ${JSON.stringify(secret.name ?? '')}`);
  if (downwardAPI?.items) return entriesOf(downwardAPI, 'DownwardAPI');
  return token === undefined ? [] : [{ path: token.path ?? '', source: 'ServiceAccountToken' }];
};

const emptyWarnings = (name: string, projected: Volume['projected']): readonly string[] =>
  (projected?.sources ?? []).flatMap((source) =>
    Object.keys(source).length > 0
      ? []
      : [`volume ${JSON.stringify(name)} (Projected) has no sources provided`],
  );

const overlaps = (given: readonly Entry[]): readonly string[] => {
  const entries = given.map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), source }));
  return entries.flatMap((entry, index) =>
    entries
      .slice(0, index)
      .filter((other) => clash(entry.path, other.path))
      .map((other) => `${shown(entry)} with ${shown(other)}`),
  );
};

const clash = (a: string, b: string): boolean =>
  a !== '' && (a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`));

const shown = ({ path, source }: Entry): string =>
  source === '' ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`;
