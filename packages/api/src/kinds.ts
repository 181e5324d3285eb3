import { AppKind } from './app/schema.ts';
import { ImageKind } from './image/schema.ts';
import { ReleaseKind } from './release/schema.ts';
import { RuntimeKind } from './runtime/schema.ts';

/** Every noun of the product. */
export const kinds = [AppKind, ImageKind, ReleaseKind, RuntimeKind] as const;
