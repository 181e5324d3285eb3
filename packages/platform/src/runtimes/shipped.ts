import generated from './generated/runtimes.json' with { type: 'json' };
import type { RuntimeManifest } from './load.ts';

/** The runtimes that ship with the platform, as `npm run generate` put them together: no YAML is read at a start. */
export const shippedRuntimes = generated as unknown as readonly RuntimeManifest[];
