import { equalJson } from '../../../schema/json.ts';
import type { Place } from '../../../schema/place.ts';
import { printedDiff } from '../printed.ts';
import type { Affinity } from './affinity.ts';
import type { Toleration } from './tolerations.ts';
import { judgeTolerations } from './tolerations.ts';
import type { Container, PodSpec } from './types.ts';

const CHANGEABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

const MAX_INT32 = 2_147_483_647;

/** The few things about a pod that may change (Kubernetes' ValidatePodUpdate). */
export const judgePodChange = (next: PodSpec, old: PodSpec, at: Place): void => {
  if (equalJson(next, old)) return;
  for (const list of ['containers', 'initContainers'] as const) {
    if (!judgeImages(next[list] ?? [], old[list] ?? [], at.field(list))) return;
  }
  if (!judgeDeadline(next, old, at.field('activeDeadlineSeconds'))) return;
  judgeAddedTolerations(next.tolerations ?? [], old.tolerations ?? [], at.field('tolerations'));
  judgeRemovedGates(next, old, at.field('schedulingGates'));
  const rest = withOldParts(next, old, at);
  if (equalJson(rest, old)) return;
  const words = `pod updates may not change fields other than ${CHANGEABLE.join(',')}`;
  at.forbidden(`${words}\n${printedDiff('core.PodSpec', old, rest)}`);
};

/** False: there is no telling which container is which. */
const judgeImages = (next: readonly Container[], old: readonly Container[], at: Place): boolean => {
  if (next.length !== old.length) {
    at.forbidden('pod updates may not add or remove containers');
    return false;
  }
  next.forEach(({ image = '' }, index) => {
    const here = at.index(index).field('image');
    if (image === '') here.required();
    if (image.trim() !== image) here.invalid(image, 'must not have leading or trailing whitespace');
  });
  return true;
};

/** A deadline may come, and come nearer. */
const judgeDeadline = (next: PodSpec, old: PodSpec, at: Place): boolean => {
  const [now, before] = [next.activeDeadlineSeconds, old.activeDeadlineSeconds];
  if (now === undefined) {
    if (before !== undefined) at.invalid(null, 'must not update from a positive integer to nil value');
    return true;
  }
  if (now < 0 || now > MAX_INT32) {
    at.invalid(now, `must be between 0 and ${MAX_INT32}, inclusive`);
    return false;
  }
  if (before === undefined || before >= now) return true;
  at.invalid(now, 'must be less than or equal to previous value');
  return false;
};

const judgeAddedTolerations = (next: readonly Toleration[], old: readonly Toleration[], at: Place): void => {
  const isKept = (toleration: Toleration): boolean =>
    next.some(({ tolerationSeconds: _, ...other }) => {
      const { tolerationSeconds: __, ...one } = toleration;
      return equalJson(one, other);
    });
  if (old.every(isKept)) return judgeTolerations(next, at);
  at.forbidden('existing toleration can not be modified except its tolerationSeconds');
};

const judgeRemovedGates = (next: PodSpec, old: PodSpec, at: Place): void => {
  const known = (old.schedulingGates ?? []).map(({ name }) => name);
  (next.schedulingGates ?? []).forEach(({ name = '' }, index) => {
    if (known.includes(name)) return;
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    at.index(index).field('name').forbidden(why);
  });
};

/** As it would be had nobody touched what may be touched. */
const withOldParts = (next: PodSpec, old: PodSpec, at: Place): PodSpec => {
  const grace = next.terminationGracePeriodSeconds;
  const mended = (old.terminationGracePeriodSeconds ?? 0) < 0 && grace === 1;
  const rest: PodSpec = {
    ...next,
    containers: withOldImages(next.containers, old.containers) ?? [],
    ...(next.initContainers && { initContainers: withOldImages(next.initContainers, old.initContainers) }),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    terminationGracePeriodSeconds: mended ? old.terminationGracePeriodSeconds : grace,
  };
  return (old.schedulingGates ?? []).length > 0 ? withOldDirectives(rest, old, at) : rest;
};

const withOldImages = (
  next: readonly Container[] | null | undefined,
  old: readonly Container[] | null | undefined,
): readonly Container[] | undefined =>
  next?.map((container, index) => ({ ...container, image: old?.[index]?.image }));

/** Who holds a pod back may still say more of where it is to run. */
const withOldDirectives = (next: PodSpec, old: PodSpec, at: Place): PodSpec => {
  judgeNarrowed(next, old, at);
  const { podAffinity, podAntiAffinity } = next.affinity ?? {};
  const nodeAffinity = old.affinity?.nodeAffinity;
  const affinity: Affinity = {
    ...(nodeAffinity && { nodeAffinity }),
    ...(podAffinity && { podAffinity }),
    ...(podAntiAffinity && { podAntiAffinity }),
  };
  const kept = Object.keys(affinity).length > 0 || old.affinity !== undefined;
  return { ...next, nodeSelector: old.nodeSelector, affinity: kept ? affinity : undefined };
};

const judgeNarrowed = (next: PodSpec, old: PodSpec, at: Place): void => {
  const { nodeSelector = {} } = next;
  const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => nodeSelector[key] === value);
  if (!kept) {
    const why = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    at.field('nodeSelector').invalid(nodeSelector, why);
  }
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const before = old.affinity?.nodeAffinity?.[required]?.nodeSelectorTerms ?? [];
  const now = next.affinity?.nodeAffinity?.[required]?.nodeSelectorTerms ?? [];
  const terms = at.field('affinity').field('nodeAffinity').field(required).field('nodeSelectorTerms');
  if (before.length === 0) return;
  if (before.length !== now.length) {
    return terms.invalid(now, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed');
  }
  before.forEach((term, index) => {
    const later = now[index] ?? {};
    const narrower = (['matchExpressions', 'matchFields'] as const).every((list) => {
      const first = term[list] ?? [];
      return equalJson((later[list] ?? []).slice(0, first.length), first);
    });
    if (narrower) return;
    terms.index(index).invalid(later, 'only additions are allowed (no mutations or deletions)');
  });
};
