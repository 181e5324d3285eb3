import { AppKind } from './app/schema.ts';
import { ImageKind } from './image/schema.ts';
import { resourceTypeOf } from './kind/define.ts';
import { ReleaseKind } from './release/schema.ts';
import { RuntimeKind } from './runtime/schema.ts';

/** Every noun of the product. */
export const kinds = [AppKind, ImageKind, ReleaseKind, RuntimeKind] as const;

export const apps = resourceTypeOf(AppKind);
export const images = resourceTypeOf(ImageKind);
export const releases = resourceTypeOf(ReleaseKind);
export const runtimes = resourceTypeOf(RuntimeKind);

/** Labels and annotations of the product. */
export const labels = {
  app: 'fairlead.dev/app',
  process: 'fairlead.dev/process',
  release: 'fairlead.dev/release',
  image: 'fairlead.dev/image',
} as const;

export const annotations = {
  /** Who made the change; clients set it with every write. */
  changedBy: 'fairlead.dev/changed-by',
  /** Number of the release that this write brings back. */
  rolledBackTo: 'fairlead.dev/rolled-back-to',
  /** On an Image: the App's build request that it answers. */
  buildRequest: 'fairlead.dev/build-request',
} as const;

/** The field manager of everything that the platform writes. */
export const fieldManager = 'fairlead';
