import type { Deployment } from '@fairlead/kube';
import { canonicalJson } from '../template/canonical-json.ts';
import { hash1a } from '../template/hash.ts';

/** The label that keeps the pods of two templates apart. */
export const templateHashLabel = 'pod-template-hash';

/** Names the template; the collision count, when there is one, gives the same template another name. */
export const templateHash = ({ spec, status }: Deployment): string =>
  hash1a(canonicalJson(spec.template) + (status?.collisionCount ?? ''));

/** Room for a dash and ten characters of hash within the 253 of a name. */
const longestOwnName = 242;

export const setName = (deployment: Deployment): string =>
  `${deployment.metadata.name.slice(0, longestOwnName)}-${templateHash(deployment)}`;
