import { readGenerated } from './builtin-types.ts';
import type { JsonObject } from './json.ts';

/**
 * The CustomResourceDefinitions of Gateway API's GatewayClass, Gateway and HTTPRoute, version v1,
 * as its standard channel has them, without descriptions. To be created like any other.
 */
export const gatewayDefinitions = (): readonly JsonObject[] =>
  readGenerated('gateway-crds.json') as readonly JsonObject[];
