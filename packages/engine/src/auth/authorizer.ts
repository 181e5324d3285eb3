import type { User } from './user.ts';

/**
 * What is to be done, and to what (authorization.k8s.io/v1, ResourceAttributes and NonResourceAttributes). With a
 * `path` it is about that path of the server, and the words for resources are empty.
 */
export interface Attributes {
  readonly user: User;
  /** get list watch create update patch delete deletecollection, or what else a rule may name. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path?: string;
}

/** The reason may be empty: whoever has no role at all is refused for no reason in particular. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** The one seam at which access is decided. Asked before anything is looked up, so 403 comes before 404. */
export type Authorizer = (attributes: Attributes) => Decision;

/** The attributes of a request for a path of the server itself. */
export const pathAttributes = (user: User, verb: string, path: string): Attributes => ({
  user,
  verb,
  path,
  group: '',
  version: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
});
