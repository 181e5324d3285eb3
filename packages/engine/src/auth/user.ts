/** Who asks. The same shape that a TokenReview answers with (authentication.k8s.io/v1, UserInfo). */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The group that may do everything, whatever roles there are. */
export const MASTERS = 'system:masters';
export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';

/** The local administrator, and the user of in-process clients that name no other. */
export const admin: User = { name: 'admin', groups: [MASTERS, AUTHENTICATED] };

/** A part of the system itself: `system:kube-controller-manager`. It may do what its roles let it do. */
export const component = (name: string, ...groups: readonly string[]): User => ({
  name: `system:${name}`,
  groups: [...groups, AUTHENTICATED],
});

/** The server itself, for what it does of its own accord. */
export const apiserver: User = component('apiserver', MASTERS);

export const anonymous: User = { name: 'system:anonymous', groups: [UNAUTHENTICATED] };

/** As a UserInfo of the API. */
export const renderUser = ({ name, uid, groups, extra }: User) => ({
  username: name,
  ...(uid !== undefined && uid !== '' && { uid }),
  groups,
  ...(extra !== undefined && Object.keys(extra).length > 0 && { extra }),
});
