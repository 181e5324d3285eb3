import type { User } from '../../auth/user.ts';

const HEALTH = /^\/(?:readyz|livez|healthz)(?:[/?]|$)/;
const LEASES = /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/[^/]+\/leases[/?]/;

/**
 * What waits for nobody: whether the server is well, and leases that parts of the system hold. A part that cannot renew
 * its lease in time stops, and another begins the same work over: a crowd would make itself larger. Administrators wait
 * like everybody else, unlike in Kubernetes: here they are people, and their scripts, more often than not.
 */
export const isExempt = ({ name }: User, url: string): boolean =>
  HEALTH.test(url) || (name.startsWith('system:') && LEASES.test(url));
