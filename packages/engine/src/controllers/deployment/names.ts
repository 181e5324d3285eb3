import type { Deployment } from '@fairlead/kube';
import { canonicalJson } from './canonical-json.ts';

/** The label that keeps the pods of two templates apart. */
export const templateHashLabel = 'pod-template-hash';

/** Without vowels and look-alikes, so that no hash spells a word. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Names the template; the collision count, when there is one, gives the same template another name. */
export function templateHash({ spec, status }: Deployment): string {
  const hash = fnv1a(canonicalJson(spec.template) + (status?.collisionCount ?? ''));
  return Array.from(String(hash), (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}

/** Room for a dash and ten characters of hash within the 253 of a name. */
const longestOwnName = 242;

export const setName = (deployment: Deployment): string =>
  `${deployment.metadata.name.slice(0, longestOwnName)}-${templateHash(deployment)}`;

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
