/** Who makes a request, as Kubernetes sees it (authentication.k8s.io, UserInfo). */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What is asked for, in the words of Kubernetes' own permissions (authorization.k8s.io, ResourceAttributes). */
export interface Access {
  readonly verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete';
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Finds out who a token belongs to; undefined when it is nobody's. */
export type Authenticate = (token: string) => Promise<User | undefined>;

/** The one seam at which every server of the platform asks whether somebody may do something. */
export type Authorize = (user: User, access: Access) => Promise<boolean>;

export interface Auth {
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
}
