import type { CustomResourceDefinition } from './kind/crd.ts';
import generated from './generated/crds.json' with { type: 'json' };

/** The CRDs of all kinds, as `npm run generate` made them from the schemas: they load in no time. */
export const customResourceDefinitions = generated as unknown as readonly CustomResourceDefinition[];
