import type { ObjectMeta } from '@fairlead/kube';
import type { Place } from '../../../schema/place.ts';
import type { PodSpec } from './types.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
/** Before there was a field for it. */
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** Annotations of a pod, or of a template, that Kubernetes reads. */
export const judgePodAnnotations = (
  annotations: ObjectMeta['annotations'],
  spec: PodSpec,
  at: Place,
): void => {
  if (annotations === undefined) return;
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && (spec.nodeName ?? '') === '') {
    at.key(MIRROR).invalid(mirror, 'must set spec.nodeName if mirror pod annotation is set');
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isInt32(cost)) at.key(DELETION_COST).invalid(cost, 'must be a 32bit integer');
  for (const key in annotations) {
    if (key.startsWith(APP_ARMOR)) judgeAppArmor(key, annotations[key] as string, { spec, at });
  }
};

/** Without a sign or zeros before it: those sort wrongly as text. */
const isInt32 = (text: string): boolean =>
  /^(0|-?[1-9]\d*)$/.test(text) && Math.abs(Number(text) + 0.5) < 2 ** 31;

const judgeAppArmor = (
  key: string,
  profile: string,
  { spec, at }: { readonly spec: PodSpec; readonly at: Place },
): void => {
  const name = key.slice(APP_ARMOR.length);
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  if (!all.some((container) => container.name === name)) at.key(key).invalid(name, 'container not found');
  if (/^(|runtime\/default|unconfined|localhost\/.*)$/s.test(profile)) return;
  at.key(key).invalid(profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`);
};

/** What the node wrote about itself, and what a running container was started with, do not change. */
export const judgePodAnnotationChange = (
  next: ObjectMeta['annotations'] = {},
  old: ObjectMeta['annotations'] = {},
  at: Place,
): void => {
  for (const key in old) {
    if (next[key] === old[key]) continue;
    if (key.startsWith(APP_ARMOR)) at.key(key).forbidden('may not remove or update AppArmor annotations');
    if (key === MIRROR) at.key(key).forbidden('may not remove or update mirror pod annotation');
  }
  for (const key in next) {
    if (old[key] !== undefined) continue;
    if (key.startsWith(APP_ARMOR)) at.key(key).forbidden('may not add AppArmor annotations');
    if (key === MIRROR) at.key(key).forbidden('may not add mirror pod annotation');
  }
};
