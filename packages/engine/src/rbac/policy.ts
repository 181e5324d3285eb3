import type { PolicyRule } from '@fairlead/kube';
import type { Attributes, Decision } from '../auth/authorizer.ts';
import type { User } from '../auth/user.ts';
import { keyPrefixOf } from '../resources/registry.ts';
import { follow } from '../resources/follow.ts';
import type { Store } from '../store/contract.ts';
import {
  type BindingObject,
  describeGrant,
  type Grant,
  type Holder,
  holderOf,
  RBAC_GROUP,
  type RoleObject,
  type RoleRef,
} from './binding.ts';
import { compileRole, type Role } from './role.ts';

/** What the roles and bindings in a store amount to, always as new as the last commit. */
export interface Policy {
  /** By the roles alone; the group that may everything is known elsewhere. */
  decide(attributes: Attributes): Decision;
  /** All rules that hold for a user in a namespace, and the roles that bindings name and nobody made. */
  rulesFor(user: User, namespace: string): UserRules;
  /** The rules of a role as a binding in `namespace` names it; undefined when there is none. */
  rulesOf(role: RoleRef, namespace: string): readonly PolicyRule[] | undefined;
  close(): void;
}

export interface UserRules {
  readonly rules: readonly PolicyRule[];
  /** Once each. */
  readonly missing: readonly RoleRef[];
}

/** The grants in one namespace, or those that hold everywhere, by whose they are. */
type Grants = Readonly<Record<Holder['among'], Map<string, Set<Grant>>>>;

const NONE: ReadonlySet<Grant> = new Set();
const DENIED: Decision = { allowed: false, reason: '' };

/** Follows the four kinds, so that no question has to list anything. */
export const openPolicy = (store: Store): Policy => {
  const roles = new Map<string, Role>();
  const places = new Map<string, Grants>();
  const stops = [...followRoles(store, roles), ...followBindings(store, places)];
  const roleOf = (role: RoleRef, namespace: string): Role | undefined => roles.get(roleKey(role, namespace));

  const decide = (attributes: Attributes): Decision => {
    const { user, namespace } = attributes;
    let lacking = false;
    for (const grant of grantsOf(places, user, namespace)) {
      const role = roleOf(grant.role, grant.namespace);
      if (role === undefined) lacking = true;
      else if (role.allows(attributes)) return allowedBy(grant);
    }
    if (!lacking) return DENIED;
    return { allowed: false, reason: `RBAC: ${describeMissing(rulesFor(user, namespace).missing)}` };
  };

  const rulesFor = (user: User, namespace: string): UserRules => {
    const rules: PolicyRule[] = [];
    const missing = new Map<string, RoleRef>();
    for (const grant of inOrder(grantsOf(places, user, namespace))) {
      const role = roleOf(grant.role, grant.namespace);
      if (role === undefined) missing.set(roleKey(grant.role, grant.namespace), grant.role);
      else rules.push(...role.rules);
    }
    return { rules, missing: [...missing.values()] };
  };

  return {
    decide,
    rulesFor,
    rulesOf: (role, namespace) => roleOf(role, namespace)?.rules,
    close: () => stops.forEach((stop) => stop()),
  };
};

/** What holds everywhere, then what holds in the namespace. */
function* grantsOf(
  places: ReadonlyMap<string, Grants>,
  { name, groups }: User,
  namespace: string,
): Generator<Grant> {
  for (const place of namespace === '' ? EVERYWHERE : ['', namespace]) {
    const grants = places.get(place);
    if (grants === undefined) continue;
    yield* grants.users.get(name) ?? NONE;
    for (const group of groups) yield* grants.groups.get(group) ?? NONE;
  }
}

const EVERYWHERE = [''];

/** By the names of the bindings, and each binding once though it names a user and his group. */
const inOrder = (grants: Iterable<Grant>): Grant[] => {
  const byBinding = new Map([...grants].map((grant) => [`${grant.namespace}/${grant.binding}`, grant]));
  return [...byBinding].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, grant]) => grant);
};

const decisions = new WeakMap<Grant, Decision>();

/** Worded once for each grant: nearly nobody reads it. */
const allowedBy = (grant: Grant): Decision => {
  const known = decisions.get(grant);
  if (known !== undefined) return known;
  const made = { allowed: true, reason: `RBAC: allowed by ${describeGrant(grant)}` };
  decisions.set(grant, made);
  return made;
};

const roleKey = ({ kind, name }: RoleRef, namespace: string): string =>
  kind === 'Role' ? `Role ${namespace}/${name}` : `${kind} ${name}`;

/** As Go prints one error, or several: `clusterrole.rbac.authorization.k8s.io "x" not found`. */
export const describeMissing = (roles: readonly RoleRef[]): string => {
  const texts = roles.map(
    ({ kind, name }) => `${kind.toLowerCase()}.${RBAC_GROUP} ${JSON.stringify(name)} not found`,
  );
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
};

const followRoles = (store: Store, roles: Map<string, Role>): (() => void)[] =>
  (
    [
      ['clusterroles', 'ClusterRole'],
      ['roles', 'Role'],
    ] as const
  ).map(([resource, kind]) =>
    follow(store, {
      prefix: keyPrefixOf(RBAC_GROUP, resource),
      onObject(stored, gone) {
        const { metadata, rules } = stored.value() as RoleObject;
        const key = roleKey({ kind, name: metadata.name }, metadata.namespace ?? '');
        if (gone) roles.delete(key);
        else roles.set(key, compileRole(rules ?? []));
      },
    }),
  );

const followBindings = (store: Store, places: Map<string, Grants>): (() => void)[] => {
  /** What each binding brought in, to take it out again when it changes. */
  const known = new Map<string, readonly Entry[]>();
  return ['clusterrolebindings', 'rolebindings'].map((resource) =>
    follow(store, {
      prefix: keyPrefixOf(RBAC_GROUP, resource),
      onObject(stored, gone) {
        for (const entry of known.get(stored.key) ?? []) removeEntry(places, entry);
        known.delete(stored.key);
        if (gone) return;
        const entries = entriesOf(stored.value() as BindingObject);
        for (const entry of entries) addEntry(places, entry);
        known.set(stored.key, entries);
      },
    }),
  );
};

interface Entry {
  readonly holder: Holder;
  readonly grant: Grant;
}

const entriesOf = ({ metadata, roleRef, subjects }: BindingObject): Entry[] => {
  const namespace = metadata.namespace ?? '';
  return (subjects ?? []).flatMap((subject) => {
    const holder = holderOf(subject, namespace);
    if (holder === undefined) return [];
    return [{ holder, grant: { role: roleRef, binding: metadata.name, namespace, subject } }];
  });
};

const addEntry = (places: Map<string, Grants>, { holder, grant }: Entry): void => {
  const grants = places.getOrInsertComputed(grant.namespace, () => ({ users: new Map(), groups: new Map() }));
  grants[holder.among].getOrInsertComputed(holder.name, () => new Set()).add(grant);
};

const removeEntry = (places: Map<string, Grants>, { holder, grant }: Entry): void => {
  const grants = places.get(grant.namespace);
  const held = grants?.[holder.among].get(holder.name);
  held?.delete(grant);
  if (held?.size === 0) grants?.[holder.among].delete(holder.name);
  if (grants?.users.size === 0 && grants.groups.size === 0) places.delete(grant.namespace);
};
