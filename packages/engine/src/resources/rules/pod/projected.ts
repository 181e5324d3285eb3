import type { Place } from '../../../schema/place.ts';
import { judgeFilePath, judgeMode } from './paths.ts';
import { type ConfigMapSource, type DownwardApi, judgeDownwardFile, judgeKeyToPath } from './volume-files.ts';

/** Several sources in one folder. */
export interface Projected {
  readonly defaultMode?: number;
  readonly sources?: readonly Projection[] | null;
}

interface Projection {
  readonly secret?: ConfigMapSource;
  readonly configMap?: ConfigMapSource;
  readonly downwardAPI?: DownwardApi;
  readonly serviceAccountToken?: TokenSource;
}

interface TokenSource {
  readonly expirationSeconds?: number;
  readonly path?: string;
}

/** The paths that the sources before have taken, and the volume that they are in. */
interface Folder {
  readonly taken: Set<string>;
  readonly at: Place;
}

export const judgeProjected = ({ defaultMode, sources }: Projected, at: Place): void => {
  judgeMode(defaultMode, at.field('defaultMode'));
  const folder: Folder = { taken: new Set(), at };
  (sources ?? []).forEach((source, index) =>
    judgeProjection(source, folder, at.field('sources').index(index)),
  );
};

const judgeProjection = (source: Projection, folder: Folder, at: Place): void => {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source;
  if (secret) judgeObject(secret, folder, at.field('secret'));
  if (configMap) judgeObject(configMap, folder, at.field('configMap'));
  for (const file of downwardAPI?.items ?? []) {
    judgeDownwardFile(file, at.field('downwardAPI'));
    takePath(file.path, file.path, folder);
  }
  if (serviceAccountToken) judgeToken(serviceAccountToken, folder, at.field('serviceAccountToken'));
  const given = [secret, configMap, downwardAPI, serviceAccountToken].filter((one) => one !== undefined);
  if (given.length > 1) at.forbidden('may not specify more than 1 volume type per source');
};

const judgeObject = ({ name = '', items = [] }: ConfigMapSource, folder: Folder, at: Place): void => {
  if (name === '') at.field('name').required();
  items.forEach((item, index) => {
    judgeKeyToPath(item, at.field('items').index(index));
    takePath(item.path, name, folder);
  });
};

const takePath = (path: string | undefined, shown: string | undefined, { taken, at }: Folder): void => {
  if (path === undefined || path === '') return;
  if (taken.has(path)) at.invalid(shown, 'conflicting duplicate paths');
  taken.add(path);
};

const TEN_MINUTES = 600;

const judgeToken = (
  { expirationSeconds = 0, path = '' }: TokenSource,
  { at: volume }: Folder,
  at: Place,
): void => {
  const seconds = at.field('expirationSeconds');
  if (expirationSeconds < TEN_MINUTES) {
    seconds.invalid(expirationSeconds, 'may not specify a duration less than 10 minutes');
  }
  if (expirationSeconds > 2 ** 32) {
    seconds.invalid(expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  }
  if (path === '') volume.field('path').required();
  else judgeFilePath(path, volume.field('path'));
};
