import { createHash } from 'node:crypto';
import { ImageError, pullFailed } from './error.ts';
import type { Platform } from './manifest.ts';
import { type LocalImage, pullImage, type PullPolicy } from './pull.ts';
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
  readonly platform: Platform;
}

/** The images of this node. */
export interface Images {
  /** Pulls and unpacks what is missing, each thing once at a time, and says so. Rejects with `ImageError`. */
  ensure(name: string, policy: PullPolicy, onPull?: () => void): Promise<LocalImage>;
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
    async ensure(name, policy, onPull = () => {}) {
      const reference = parseReference(name);
      if (reference === undefined) {
        throw new ImageError('InvalidImageName', `${JSON.stringify(name)} is not the name of an image`);
      }
      let told = false;
      const remote = (): Remote => {
        const found = remoteOf({ reference, policy, options, signal: closing.signal });
        if (!told) onPull();
        told = true;
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

function remoteOf(asked: {
  readonly reference: ImageReference;
  readonly policy: PullPolicy;
  readonly options: ImagesOptions;
  readonly signal: AbortSignal;
}): Remote {
  const { host, repository } = asked.reference;
  if (asked.policy === 'Never') {
    throw new ImageError('ErrImageNeverPull', 'the image is not on this node, and its pull policy is Never');
  }
  const endpoint = Object.hasOwn(asked.options.registries, host) ? asked.options.registries[host] : undefined;
  if (endpoint === undefined)
    throw pullFailed(`the registry ${host} is not one of those that this node knows`);
  return { fetch: asked.options.fetch, endpoint, repository, signal: asked.signal };
}
