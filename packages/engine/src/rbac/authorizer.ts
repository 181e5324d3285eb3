import type { Authorizer, Decision } from '../auth/authorizer.ts';
import { MASTERS } from '../auth/user.ts';
import type { Policy } from './policy.ts';

const ALLOWED: Decision = { allowed: true, reason: '' };

/** Whoever is of the masters may do everything, also when every role is gone; for the others their roles decide. */
export const createAuthorizer =
  (policy: Policy): Authorizer =>
  (attributes) =>
    attributes.user.groups.includes(MASTERS) ? ALLOWED : policy.decide(attributes);
