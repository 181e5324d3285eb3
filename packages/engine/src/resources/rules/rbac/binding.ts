import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import { dnsSubdomain, pathSegment } from '../../formats.ts';
import type { Rules } from '../../rules.ts';

interface Subject {
  readonly kind?: string;
  readonly apiGroup?: string;
  readonly name?: string;
  readonly namespace?: string;
}

interface Binding extends KubeObject {
  readonly roleRef?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly Subject[];
}

const GROUP = 'rbac.authorization.k8s.io';

/** What may be bound, and whether a service account has to say where it is. */
interface Scope {
  readonly kinds: readonly string[];
  readonly namespaced: boolean;
}

const judgeRef = (
  { apiGroup = '', kind = '', name = '' }: NonNullable<Binding['roleRef']>,
  at: Place,
  kinds: readonly string[],
): void => {
  if (apiGroup !== GROUP) at.field('apiGroup').unsupported(apiGroup, [GROUP]);
  if (!kinds.includes(kind)) at.field('kind').unsupported(kind, kinds);
  if (name === '') at.field('name').required();
  else at.field('name').faults(name, pathSegment(name));
};

type JudgeSubject = (subject: Subject, at: Place, namespaced: boolean) => void;

const judgeAccount: JudgeSubject = ({ name = '', apiGroup = '', namespace = '' }, at, namespaced) => {
  if (name !== '') at.field('name').faults(name, dnsSubdomain(name));
  if (apiGroup !== '') at.field('apiGroup').unsupported(apiGroup, ['']);
  if (!namespaced && namespace === '') at.field('namespace').required();
};

const judgeNamed: JudgeSubject = ({ apiGroup = '' }, at) => {
  if (apiGroup !== GROUP) at.field('apiGroup').unsupported(apiGroup, [GROUP]);
};

const SUBJECTS: Readonly<Record<string, JudgeSubject>> = {
  ServiceAccount: judgeAccount,
  User: judgeNamed,
  Group: judgeNamed,
};

const judgeSubject: JudgeSubject = (subject, at, namespaced) => {
  const { kind = '', name = '' } = subject;
  if (name === '') at.field('name').required();
  const judgeKind = Object.hasOwn(SUBJECTS, kind) ? SUBJECTS[kind] : undefined;
  if (judgeKind === undefined) at.field('kind').unsupported(kind, Object.keys(SUBJECTS));
  else judgeKind(subject, at, namespaced);
};

const judge = (binding: Binding, { kinds, namespaced }: Scope, at: Place): void => {
  judgeRef(binding.roleRef ?? {}, at.field('roleRef'), kinds);
  (binding.subjects ?? []).forEach((subject, index) =>
    judgeSubject(subject, at.field('subjects').index(index), namespaced),
  );
};

/** A change is looked at twice, as Kubernetes does for these kinds. What is bound stays: else bind another. */
const bindingRulesFor = (scope: Scope): Rules => ({
  complete: true,
  looks: ['whole', 'whole', 'change'],
  validate(next: Binding, old: Binding | undefined) {
    const at = new Place();
    judge(next, scope, at);
    if (old === undefined) return at.found;
    judge(next, scope, at);
    if (!equalJson(next.roleRef, old.roleRef))
      at.field('roleRef').invalid(goRef(next), 'cannot change roleRef');
    return at.found;
  },
});

/** As Go writes the internal type, which has no names for JSON. */
const goRef = ({ roleRef = {} }: Binding): object => ({
  APIGroup: roleRef.apiGroup ?? '',
  Kind: roleRef.kind ?? '',
  Name: roleRef.name ?? '',
});

export const roleBindingRules = bindingRulesFor({ kinds: ['Role', 'ClusterRole'], namespaced: true });
export const clusterRoleBindingRules = bindingRulesFor({ kinds: ['ClusterRole'], namespaced: false });
