import type { KubeObject } from '@fairlead/kube';
import { invalid } from '../../http/errors.ts';
import { keyOf, keyPrefixOf } from '../../resources/registry.ts';
import { equalJson } from '../../schema/json.ts';
import type { Admission, AdmissionRequest } from '../chain.ts';
import { isAbout, refusal } from '../kinds.ts';
import { type Lister, valuesOf } from '../lister.ts';
import type { CheckedContainer, CheckedPod } from './check.ts';
import { renderDetails, violationsOf } from './evaluate.ts';
import { isStricter, parsePolicy, type Policy, renderStandard, type Standard } from './policy.ts';
import { namespaceWarnings } from './namespace-warnings.ts';
import { templateIn } from './templates.ts';

const NAMESPACES = keyPrefixOf('', 'namespaces');

/** Holds pods to the Pod Security Standard that their namespace's labels ask for, and warns of templates that break it. */
export const podSecurity = (pods: Lister): Admission => ({
  name: 'PodSecurity',
  validate(request) {
    if (request.operation === 'DELETE') return;
    if (isAbout(request, 'namespaces')) return judgeNamespace(request, pods);
    if (isAbout(request, 'pods')) return judgePod(request);
    warnOfTemplate(request);
  },
});

const judgePod = (request: AdmissionRequest): void => {
  if (!['', 'ephemeralcontainers', 'resize'].includes(request.subresource)) return;
  const policy = policyOf(request);
  if (isFree(policy.enforce) && isFree(policy.warn)) return;
  const pod = request.object as CheckedPod & KubeObject;
  if (request.old !== undefined && sameImages(pod, request.old as CheckedPod & KubeObject)) return;
  const violations = violationsOf(pod, policy.enforce);
  if (violations.length > 0) {
    const standard = renderStandard(policy.enforce);
    throw refusal(request, `violates PodSecurity "${standard}": ${renderDetails(violations)}`);
  }
  warn(request, pod, policy.warn);
};

/** A template is taken as it is: only its pods will be refused. */
const warnOfTemplate = (request: AdmissionRequest): void => {
  if (request.subresource !== '') return;
  const template = templateIn(request);
  if (template === undefined) return;
  const policy = policyOf(request);
  if (!isFree(policy.warn)) warn(request, template, policy.warn);
};

const warn = (request: AdmissionRequest, pod: CheckedPod, standard: Standard): void => {
  const violations = violationsOf(pod, standard);
  if (violations.length === 0) return;
  request.warn(`would violate PodSecurity "${renderStandard(standard)}": ${renderDetails(violations)}`);
};

const policyOf = ({ namespace, pending }: AdmissionRequest): Policy => {
  const labels = pending(keyOf(NAMESPACES, '', namespace))?.value().metadata.labels;
  return parsePolicy(labels).policy;
};

const isFree = ({ level }: Standard): boolean => level === 'privileged';

/** Nothing else that the standards look at can change in a pod. */
const sameImages = (pod: CheckedPod, old: CheckedPod): boolean => {
  const images = (containers: readonly CheckedContainer[] | undefined) =>
    (containers ?? []).map(({ image }) => image);
  return (['containers', 'initContainers', 'ephemeralContainers'] as const).every((list) =>
    equalJson(images(pod.spec[list]), images(old.spec[list])),
  );
};

const judgeNamespace = (request: AdmissionRequest, pods: Lister): void => {
  if (request.subresource !== '') return;
  const { object, old } = request;
  const next = parsePolicy(object.metadata.labels);
  const before = old && parsePolicy(old.metadata.labels);
  if (next.errors.length > 0 && !equalJson(next.errors, before?.errors ?? [])) {
    throw invalid({ group: '', kind: 'Namespace', name: object.metadata.name }, next.errors);
  }
  if (before === undefined || !asksForMore(next.policy.enforce, before.policy.enforce)) return;
  const { name } = object.metadata;
  const found = valuesOf(pods.list(name)) as readonly (CheckedPod & KubeObject)[];
  for (const warning of namespaceWarnings(found, { namespace: name, standard: next.policy.enforce })) {
    request.warn(warning);
  }
};

const asksForMore = (next: Standard, before: Standard): boolean =>
  !isFree(next) && (next.version !== before.version || isStricter(next.level, before.level));
