import type { KubeObject } from '@fairlead/kube';
import type { Call } from './api.ts';

/** Notes what the rules of the kind warn of. */
export const warn = (call: Call, object: KubeObject, old?: KubeObject): void => {
  const found = call.resource.rules.warnings?.(object, old);
  if (found !== undefined && found.length > 0) call.warnings.push(...found);
};
