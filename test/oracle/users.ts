import type { TokenUser } from '../cluster/credentials.ts';

/** Who comes in with a token besides the administrator. Nothing is granted to them but what a case grants. */
export const users: readonly TokenUser[] = [
  { name: 'alice', groups: ['developers'] },
  { name: 'bob', groups: [] },
];
