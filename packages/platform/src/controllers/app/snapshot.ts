import type { App, Image, Release, ReleaseSpec } from '@fairlead/api';
import type { Build } from './build.ts';
import { type AppFacts, newestWithImage } from './facts.ts';
import type { AppSource } from './source.ts';
import { basisOf } from './why-build.ts';

/** What a release holds, without its number and its story. */
export type Snapshot = Pick<ReleaseSpec, 'source' | 'runtime' | 'image' | 'env' | 'processes'>;

type Code = Omit<Snapshot, 'env'>;

/** What is decided from here. */
type Facts = Pick<AppFacts, 'app' | 'releases' | 'images' | 'source'>;

/**
 * What should run now. While a build runs nothing is decided; when it failed the code stays that of
 * the newest release, so that a change of configuration is not held up by a broken push.
 */
export const desiredSnapshot = (facts: Facts, build: Build): Snapshot | undefined => {
  if (build.kind === 'running') return undefined;
  const { env } = facts.app.spec;
  return { ...desiredCode(facts, build), ...(env === undefined || env.length === 0 ? {} : { env }) };
};

const desiredCode = (facts: Facts, build: Exclude<Build, { kind: 'running' }>): Code => {
  switch (build.kind) {
    case 'ready':
      return builtCode(facts.app, build.image, facts);
    case 'external':
      return externalCode(facts.app, build.reference);
    case 'keep':
      return keptCode(facts, basisOf(facts));
    case 'none':
    case 'failed':
      return keptCode(facts, newestWithImage(facts.releases));
    default:
      throw new TypeError(`unknown build ${build satisfies never}`);
  }
};

const builtCode = (app: App, image: Image, { source }: Facts): Code => ({
  ...(source.kind === 'artifact' ? { source: { artifact: withoutKind(source) } } : {}),
  runtime: image.spec.runtime,
  image: { name: image.metadata.name, reference: image.status?.reference ?? '' },
  processes: commandsOf(app, image.status?.processes),
});

const externalCode = (app: App, reference: string): Code => ({
  source: { image: reference },
  image: { reference },
  processes: commandsOf(app, { web: { command: [] } }),
});

const keptCode = (facts: Facts, basis: Release | undefined): Code => {
  if (basis === undefined) return {};
  const { source, runtime, image } = basis.spec;
  const object = facts.images.find(({ metadata }) => metadata.name === image?.name);
  const declared =
    object?.status?.processes ??
    (image?.name === undefined ? { web: { command: [] } } : basis.spec.processes);
  return {
    ...(source === undefined ? {} : { source }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(image === undefined ? {} : { image }),
    processes: commandsOf(facts.app, declared),
  };
};

const withoutKind = ({ kind, ...artifact }: AppSource & { kind: 'artifact' }) => artifact;

/** What the image declares, with the app's own commands over it. An empty command is the image's own. */
const commandsOf = (app: App, declared: ReleaseSpec['processes']): NonNullable<ReleaseSpec['processes']> => {
  const own = Object.entries(app.spec.processes ?? {}).flatMap(([name, { command }]) =>
    command === undefined ? [] : [[name, { command }] as const],
  );
  return Object.fromEntries([...Object.entries(declared ?? {}), ...own]);
};
