import type { Deployment, PodTemplateSpec, ReplicaSet } from '@fairlead/kube';
import { canonicalJson } from '../template/canonical-json.ts';
import { byAge } from './facts.ts';
import { templateHashLabel } from './names.ts';

/** Whether two templates make the same pods. The label that names the template does not count. */
export const sameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean => formOf(a) === formOf(b);

/** Each template is compared many times while its object lives, and objects do not change. */
const forms = new WeakMap<PodTemplateSpec, string>();

function formOf(template: PodTemplateSpec): string {
  const form = forms.get(template) ?? canonicalJson(withoutHash(template));
  forms.set(template, form);
  return form;
}

/**
 * The set of the present template among all, and the others, oldest first. Should there be two of
 * it (templates that became equal), the older is the one.
 */
export function sortSets(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): { readonly newSet: ReplicaSet | undefined; readonly oldSets: readonly ReplicaSet[] } {
  const sorted = sets.toSorted(byAge);
  const newSet = sorted.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
  return { newSet, oldSets: sorted.filter((set) => set !== newSet) };
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const labels = template.metadata?.labels;
  if (labels === undefined || !Object.hasOwn(labels, templateHashLabel)) return template;
  const { [templateHashLabel]: _, ...others } = labels;
  return { ...template, metadata: { ...template.metadata, labels: others } };
}
