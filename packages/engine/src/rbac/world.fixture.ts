import type { KubeObject, PolicyRule } from '@fairlead/kube';
import { AUTHENTICATED } from '../auth/user.ts';
import { type EngineOptions, startEngine } from '../engine.ts';
import { type FrontDoor, frontDoorOf } from '../testing/front-door.ts';

/** An engine with the front doors of its administrator and of everybody else. */
export interface RbacWorld extends AsyncDisposable {
  readonly admin: FrontDoor;
  /** Somebody who has shown who he is. */
  as(name: string, ...groups: readonly string[]): FrontDoor;
}

export const RBAC = '/apis/rbac.authorization.k8s.io/v1';

export const openRbacWorld = async (options: EngineOptions = {}): Promise<RbacWorld> => {
  const engine = await startEngine({ freeze: true, ...options });
  const close = (): Promise<void> => engine.close();
  return {
    admin: frontDoorOf(engine.transport(), close),
    as: (name, ...groups) =>
      frontDoorOf(engine.transport({ name, groups: [...groups, AUTHENTICATED] }), async () => {}),
    [Symbol.asyncDispose]: close,
  };
};

const meta = (name: string) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name } });

export const clusterRole = (name: string, ...rules: readonly PolicyRule[]) => ({
  ...meta(name),
  kind: 'ClusterRole',
  rules,
});

export const role = (name: string, ...rules: readonly PolicyRule[]) => ({
  ...meta(name),
  kind: 'Role',
  rules,
});

/** `ClusterRole/view` to `Group/ops` or `ServiceAccount/ns/name`. */
export const roleBinding = (name: string, ref: string, ...subjects: readonly string[]) =>
  bindingOf('RoleBinding', name, { ref, subjects });

export const clusterRoleBinding = (name: string, ref: string, ...subjects: readonly string[]) =>
  bindingOf('ClusterRoleBinding', name, { ref, subjects });

const bindingOf = (
  kind: string,
  name: string,
  given: { readonly ref: string; readonly subjects: readonly string[] },
) => {
  const [roleKind = '', roleName = ''] = given.ref.split('/');
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name: roleName };
  return { ...meta(name), kind, roleRef, subjects: given.subjects.map(subjectOf) } as KubeObject & {
    readonly subjects: readonly object[];
  };
};

const subjectOf = (text: string): object => {
  const [kind = '', ...rest] = text.split('/');
  const name = rest.at(-1) ?? '';
  return kind === 'ServiceAccount' ? { kind, namespace: rest[0], name } : { kind, name };
};

/** Makes roles and bindings as the administrator, those with a namespace in it. */
export const give = async ({ admin }: RbacWorld, namespace: string, ...objects: readonly object[]) => {
  for (const object of objects as readonly KubeObject[]) {
    const place = object.kind.startsWith('Cluster') ? '' : `/namespaces/${namespace}`;
    const answer = await admin.post(`${RBAC}${place}/${object.kind.toLowerCase()}s`, object);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  }
};
