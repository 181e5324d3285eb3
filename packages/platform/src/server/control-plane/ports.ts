import type { Cache, Client, Clock } from '@fairlead/kube';
import type { BuildTokens, User } from '../../auth/index.ts';
import type { Builder } from '../../builder/index.ts';
import type { AppPorts, ImagePorts } from '../../controllers/index.ts';
import { apps } from '../../controllers/index.ts';
import type { GatewayPorts } from '../../gateway/index.ts';
import type { GitPorts, Repositories } from '../../git/index.ts';
import type { Registry } from '../../registry/index.ts';
import { deploySource, type ProgressEvent } from '../../progress/index.ts';

// How the parts are joined: what a controller or a server asks for, answered by the part that has it.

const repositoryOf = ({ namespace, app }: { namespace: string; app: string }): string =>
  `${namespace}/${app}`;

export interface AppPortsOptions {
  readonly builder: Builder;
  readonly registry: Pick<Registry, 'remove'>;
  readonly repositories: Repositories;
  readonly domain: string;
  /** The port at which visitors come in. */
  readonly port: number;
}

export const appPorts = ({ builder, registry, repositories, domain, port }: AppPortsOptions): AppPorts => ({
  domain,
  urlOf: (host) => (port === 80 ? `http://${host}` : `http://${host}:${port}`),
  storeFiles: (ref, files) => builder.storeFiles(repositoryOf(ref), files),
  planBuild: ({ namespace, app }, { digest, runtime, ownCommands }) =>
    builder.plan({
      repository: repositoryOf({ namespace, app }),
      app,
      source: digest,
      runtime,
      ownCommands,
    }),
  forget: async (ref) => {
    await repositories.remove(ref);
    await registry.remove(repositoryOf(ref));
  },
});

export const imagePorts = (builder: Builder, tokens: BuildTokens, clock: Clock): ImagePorts => {
  const subject = ({ metadata, spec }: Parameters<ImagePorts['find']>[0]) => ({
    namespace: metadata.namespace ?? 'default',
    app: spec.app,
  });
  const request = (image: Parameters<ImagePorts['find']>[0]) => ({
    repository: repositoryOf(subject(image)),
    app: image.spec.app,
    source: image.spec.source.digest,
    runtime: image.spec.runtime,
    // Whether the source must bring commands was decided when the Image was planned.
    ownCommands: true,
  });
  return {
    find: (image) => builder.find(repositoryOf(subject(image)), image.spec.key),
    compose: (image) => builder.compose(request(image), image.spec.key),
    steps: (image) => builder.steps(request(image), image.spec.key),
    credential: async (image, seconds) =>
      tokens.issue({ ...subject(image), expires: clock.now() + (seconds + 60) * 1000 }),
  };
};

export interface DeployOptions {
  readonly builder: Builder;
  readonly cache: Cache;
  readonly client: Client;
  /** A fresh word at every call. */
  readonly newId: () => string;
}

interface Incoming {
  readonly namespace: string;
  readonly app: string;
  readonly user: User;
  readonly tree: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  readonly runtime?: string;
  readonly commit?: string;
  readonly ref?: string;
}

async function* deployTree(options: DeployOptions, incoming: Incoming): AsyncGenerator<ProgressEvent> {
  const { namespace, app, user, tree, signal, runtime, commit, ref } = incoming;
  const { digest } = await options.builder.storeArchive(repositoryOf({ namespace, app }), tree);
  const artifact = {
    digest,
    ...(commit === undefined ? {} : { commit }),
    ...(ref === undefined ? {} : { ref }),
  };
  yield* deploySource(options, {
    name: { namespace, name: app },
    source: { artifact },
    user: user.name,
    requestId: options.newId(),
    signal,
    ...(runtime === undefined ? {} : { runtime }),
  });
}

/** What comes by git and what is uploaded goes the same way. */
export const deployPorts = (options: DeployOptions): GitPorts & GatewayPorts => ({
  deploy: (incoming) => deployTree(options, incoming),
  exists: async ({ namespace, app }) =>
    (await options.client.resource(apps).find({ namespace, name: app })) !== undefined,
});
