// Names by which the product's objects are addressed and marked. Apart from the schemas, so that what
// only talks about objects (the command line) starts without loading them.

const ofFairlead = { group: 'fairlead.dev', version: 'v1alpha1' } as const;

export const apps = { ...ofFairlead, kind: 'App', resource: 'apps', namespaced: true } as const;
export const images = { ...ofFairlead, kind: 'Image', resource: 'images', namespaced: true } as const;
export const releases = { ...ofFairlead, kind: 'Release', resource: 'releases', namespaced: true } as const;
export const runtimes = { ...ofFairlead, kind: 'Runtime', resource: 'runtimes', namespaced: false } as const;

/** Labels of the product. */
export const labels = {
  app: 'fairlead.dev/app',
  process: 'fairlead.dev/process',
  release: 'fairlead.dev/release',
  image: 'fairlead.dev/image',
} as const;

export const annotations = {
  /** On the platform's own objects: a digest of what was applied. */
  applied: 'fairlead.dev/applied',
  /** Who made the change; clients set it with every write. */
  changedBy: 'fairlead.dev/changed-by',
  /** Which release this write brings back; see `rollbackMark`. */
  rolledBackTo: 'fairlead.dev/rolled-back-to',
  /** On a Release: the App's build request that it answers. */
  buildRequest: 'fairlead.dev/build-request',
  /** On an Image: a hash of all that was asked when it was planned, so that one question is planned once. */
  asked: 'fairlead.dev/asked',
} as const;

/**
 * The value of the annotation `rolledBackTo`: back to `version`, asked while `newest` was the newest
 * release. It stays on the App, so it must say itself when it is spent.
 */
export const rollbackMark = (version: number, newest: number): string => `${version}@${newest}`;

/** The release that a mark asks back, unless there has been a release since. A bare number is never spent. */
export const askedBack = (mark: string | undefined, newest: number): number | undefined => {
  const [, version, at] = /^(\d+)(?:@(\d+))?$/.exec(mark ?? '') ?? [];
  if (version === undefined || (at !== undefined && Number(at) !== newest)) return undefined;
  return Number(version);
};

/** The field manager of everything that the platform writes. */
export const fieldManager = 'fairlead';

/** Whether a name can be an app's. Two dashes part name and namespace in addresses. */
export const isAppName = (name: string): boolean =>
  /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name) && !name.includes('--');

/** Name of a process: a part of object names, so a short DNS label. */
export const processNamePattern = '^[a-z]([-a-z0-9]{0,18}[a-z0-9])?$';
