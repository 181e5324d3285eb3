import type { User } from './user.ts';

/** What is to be done, and to what (authorization.k8s.io/v1, ResourceAttributes). */
export interface Attributes {
  readonly user: User;
  /** get list watch create update patch delete deletecollection. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** The one seam at which access is decided. Asked before anything is looked up, so 403 comes before 404. */
export type Authorizer = (attributes: Attributes) => Decision;

const ALLOWED: Decision = { allowed: true };

/** Everything for whoever has shown who they are, nothing for the others. */
export const allowAuthenticated: Authorizer = ({ user }) =>
  user.groups.includes('system:authenticated') ? ALLOWED : { allowed: false, reason: '' };
