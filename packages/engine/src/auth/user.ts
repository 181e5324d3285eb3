/** Who asks. The same shape that a TokenReview answers with (authentication.k8s.io/v1, UserInfo). */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

/** The local administrator, and the user of in-process clients that name no other. */
export const admin: User = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** A part of the system itself: `system:kube-controller-manager`. */
export const component = (name: string): User => ({
  name: `system:${name}`,
  groups: ['system:masters', 'system:authenticated'],
});

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
