import { createHash } from 'node:crypto';
import { ImageError, pullFailed } from './error.ts';
import type { Platform } from './manifest.ts';
import { findInLayouts } from './layouts.ts';
import { type LocalImage, pullImage, type PullPolicy } from './pull.ts';
import type { Credentials } from './credentials.ts';
import { flattenLayers } from './flatten.ts';
import { type ImageReference, parseReference } from './reference.ts';
import type { Fetch, RegistryEndpoint, Remote } from './remote.ts';
import { ImageStore } from './store.ts';

export interface ImagesOptions {
  readonly folder: string;
  /**
   * By the host in an image's name. Other hosts are not asked: a pod must not choose where the node
   * connects to.
   */
  readonly registries: Readonly<Record<string, RegistryEndpoint>>;
  readonly fetch: Fetch;
  /** A folder of images that somebody has brought: each of its folders an OCI layout. */
  readonly layouts: string;
  readonly platform: Platform;
}

export interface PullHow {
  /** Something is asked for outside. */
  readonly onPull?: () => void;
  /** Who asks the registry, if that wants to know. */
  readonly credentials?: (image: ImageReference) => Promise<Credentials | undefined>;
}

/** The images of this node. */
export interface Images {
  /** Pulls and unpacks what is missing, each thing once at a time, and says so. Rejects with `ImageError`. */
  ensure(name: string, policy: PullPolicy, how?: PullHow): Promise<LocalImage>;
  /** All layers of an image as one tree, which nobody writes to. */
  ensureTree(image: LocalImage): Promise<string>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export async function openImages(options: ImagesOptions): Promise<Images> {
  const store = await ImageStore.open(options.folder);
  const closing = new AbortController();
  const underWay = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const running = underWay.get(key) as Promise<T> | undefined;
    if (running !== undefined) return running;
    const started = work().finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
  return {
    async ensure(name, policy, how = {}) {
      const reference = parseReference(name);
      if (reference === undefined) {
        throw new ImageError('InvalidImageName', `${JSON.stringify(name)} is not the name of an image`);
      }
      let found: Promise<Remote> | undefined;
      const remote = (): Promise<Remote> => {
        found ??= findRemote({ reference, policy, how, options, signal: closing.signal });
        return found;
      };
      const pull = { reference, policy, platform: options.platform, store, remote, once };
      return once(`${policy} ${name}`, () => pullImage(pull));
    },
    ensureTree({ layers }) {
      const key = createHash('sha256')
        .update(layers.map(({ digest }) => digest).join())
        .digest('hex');
      return once(key, () => store.tree(key, (root) => flattenLayers(layers, root)));
    },
    async close() {
      closing.abort();
      await Promise.allSettled(underWay.values());
    },
  };
}

async function findRemote(asked: {
  readonly reference: ImageReference;
  readonly policy: PullPolicy;
  readonly how: PullHow;
  readonly options: ImagesOptions;
  readonly signal: AbortSignal;
}): Promise<Remote> {
  const { reference, how, signal, options } = asked;
  const { host, repository } = reference;
  const imported = await findInLayouts(options.layouts, reference);
  if (imported !== undefined) return { fetch: imported, endpoint: { url: '' }, repository, signal };
  if (asked.policy === 'Never') {
    throw new ImageError('ErrImageNeverPull', 'the image is not on this node, and its pull policy is Never');
  }
  const endpoint = Object.hasOwn(options.registries, host) ? options.registries[host] : undefined;
  if (endpoint === undefined)
    throw pullFailed(`the registry ${host} is not one of those that this node knows`);
  how.onPull?.();
  const credentials = await how.credentials?.(reference);
  return { fetch: options.fetch, endpoint, repository, signal, credentials };
}
