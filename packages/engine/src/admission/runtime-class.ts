import type { KubeObject } from '@fairlead/kube';
import { keyOf, keyPrefixOf } from '../resources/registry.ts';
import { equalJson } from '../schema/json.ts';
import type { Admission, AdmissionRequest } from './chain.ts';
import { refusal } from './kinds.ts';
import { type Pod, podIn, type PodSpec, withSpec } from './pod.ts';

interface RuntimeClass extends KubeObject {
  readonly overhead?: { readonly podFixed?: Readonly<Record<string, string>> };
  readonly scheduling?: Pick<PodSpec, 'nodeSelector' | 'tolerations'>;
}

const RUNTIME_CLASSES = keyPrefixOf('node.k8s.io', 'runtimeclasses');

/** A pod costs what its runtime costs besides, and goes where there is such a runtime. */
export const runtimeClass: Admission = {
  name: 'RuntimeClass',
  admit(request) {
    const pod = podIn(request, 'CREATE');
    const found = pod && classOf(pod, request);
    if (pod === undefined || found === undefined) return request.object;
    return withSpec(pod, { ...overheadFor(pod, found, request), ...placeFor(pod, found, request) });
  },
  validate(request) {
    const pod = podIn(request, 'CREATE');
    if (pod?.spec.overhead === undefined) return;
    const overhead = classOf(pod, request)?.overhead;
    if (overhead !== undefined) return requireSame(pod, overhead.podFixed, request);
    throw refusal(
      request,
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
  },
};

const classOf = ({ spec }: Pod, request: AdmissionRequest): RuntimeClass | undefined => {
  const { runtimeClassName: name } = spec;
  if (name === undefined) return undefined;
  const found = request.pending(keyOf(RUNTIME_CLASSES, '', name));
  if (found !== undefined) return found.value();
  throw refusal(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
};

const overheadFor = (
  pod: Pod,
  { overhead }: RuntimeClass,
  request: AdmissionRequest,
): Pick<PodSpec, 'overhead'> => {
  if (overhead === undefined) return {};
  const { podFixed = {} } = overhead;
  if (Object.keys(pod.spec.overhead ?? {}).length > 0) requireSame(pod, podFixed, request);
  return { overhead: podFixed };
};

const requireSame = ({ spec }: Pod, podFixed: object = {}, request: AdmissionRequest): void => {
  if (equalJson(spec.overhead ?? {}, podFixed)) return;
  throw refusal(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
};

const placeFor = (
  { spec }: Pod,
  { scheduling }: RuntimeClass,
  request: AdmissionRequest,
): Pick<PodSpec, 'nodeSelector' | 'tolerations'> => {
  if (scheduling === undefined) return {};
  const { nodeSelector: own = {}, tolerations: had = [] } = spec;
  const { nodeSelector = {}, tolerations = [] } = scheduling;
  for (const [key, value] of Object.entries(nodeSelector)) {
    if (own[key] === undefined || own[key] === value) continue;
    throw refusal(
      request,
      `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own[key]}`,
    );
  }
  const more = tolerations.filter((one) => !had.some((other) => equalJson(one, other)));
  const [selector, tolerated] = [{ ...own, ...nodeSelector }, [...had, ...more]];
  return {
    ...(Object.keys(selector).length > 0 && { nodeSelector: selector }),
    ...(tolerated.length > 0 && { tolerations: tolerated }),
  };
};
