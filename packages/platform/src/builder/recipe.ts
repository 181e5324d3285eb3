import type { RuntimeSpec } from '@fairlead/api';
import type { Digest } from '../oci/digest.ts';
import type { Descriptor } from '../oci/manifest.ts';
import type { Processes } from './procfile.ts';

export type HelperFile = NonNullable<RuntimeSpec['helperFiles']>[number];

/** What an image is built for, in the words of OCI image-spec, config.md. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

/** All that an image is made of, beside a dependency layer that may have to be built first. */
export interface ImageRecipe {
  /** Of everything that goes in; the image is found by it. */
  readonly key: string;
  readonly platform: Platform;
  /** The layer of the source is a layer of the image as it is. */
  readonly source: { readonly digest: Digest; readonly layer: Descriptor };
  /** What the image adds to the app's folder, the launch script among it. */
  readonly files: readonly HelperFile[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly processes: Processes;
  /** The dependency layer is found by this key. None: the source has no dependencies. */
  readonly dependencies?: { readonly key: string };
}

/** A build that needs containers, as its steps read it: stored in the registry, so that they need only its digest. */
export interface BuildOrder {
  readonly recipe: ImageRecipe;
  /** Files for the dependency step. */
  readonly helperFiles: readonly HelperFile[];
}
