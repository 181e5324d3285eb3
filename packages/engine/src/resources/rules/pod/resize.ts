import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../../../schema/json.ts';
import { type FieldError, forbidden } from '../../../schema/field-error.ts';
import type { Place } from '../../../schema/place.ts';
import type { Pod } from './pod.ts';
import { qosClass } from './qos.ts';
import type { Resources } from './resources.ts';
import type { Container } from './types.ts';

/** Mirror pods are the node's own. */
const MIRROR = 'kubernetes.io/config.mirror';

const LISTS = ['containers', 'initContainers'] as const;

/** Of a pod that is sent to be resized only what its containers may use is taken, when they are the same containers. */
export const takeResources = (sent: Pod, old: Pod): KubeObject => {
  if (LISTS.some((list) => (sent.spec?.[list] ?? []).length !== (old.spec?.[list] ?? []).length)) return sent;
  const [containers, initContainers] = LISTS.map((list) =>
    resized(sent.spec?.[list] ?? [], old.spec?.[list] ?? []),
  );
  return {
    ...old,
    metadata: metadataOfPart(sent, old),
    spec: { ...old.spec, containers, ...(old.spec?.initContainers && { initContainers }) },
  } as KubeObject;
};

/** A write of a part leaves labels, annotations and owners alone. */
export const metadataOfPart = (sent: Pod, old: Pod): KubeObject['metadata'] => ({
  ...old.metadata,
  managedFields: sent.metadata.managedFields,
});

const resized = (sent: readonly Container[], old: readonly Container[]): readonly Container[] => {
  if (sent.some(({ name }, index) => name !== old[index]?.name)) return sent;
  return old.map((container, index) => {
    const { resources, resizePolicy } = sent[index] as Container;
    return { ...container, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
  });
};

/** What may change of it (Kubernetes' ValidatePodResize); the pod as a whole has been judged. */
export const judgeResize = (next: Pod, old: Pod, at: Place): readonly FieldError[] => {
  const whole = wholeRefusal(next, old);
  if (whole !== undefined) return [forbidden('', whole)];
  if ((old.status?.qosClass ?? qosClass(old.spec)) !== qosClass(next.spec)) {
    at.invalid(next.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing');
  }
  if (!nodeCan(old)) at.forbidden('Pod running on node without support for resize');
  const before = at.found.length;
  for (const list of LISTS) judgeOrder(next.spec?.[list] ?? [], old.spec?.[list] ?? [], { list, at });
  if (at.found.length > before) return at.found;
  for (const list of [...LISTS].reverse())
    judgeList(next.spec?.[list] ?? [], old.spec?.[list] ?? [], { list, at });
  return at.found;
};

const wholeRefusal = (next: Pod, old: Pod): string | undefined => {
  const isPodLevel = ({ spec }: Pod): boolean =>
    Object.keys(spec?.resources?.requests ?? {}).length + Object.keys(spec?.resources?.limits ?? {}).length >
    0;
  if (isPodLevel(old) || isPodLevel(next)) return 'pods with pod-level resources cannot be resized';
  if (old.metadata.annotations?.[MIRROR] !== undefined) return 'static pods cannot be resized';
  return old.spec?.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined;
};

/** A node that tells what its containers have got can give them more. */
const nodeCan = ({ status = {} }: Pod): boolean => {
  const running = (status.containerStatuses ?? []).find(({ state }) => state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
};

interface ListAt {
  readonly list: (typeof LISTS)[number];
  readonly at: Place;
}

const judgeOrder = (next: readonly Container[], old: readonly Container[], { list, at }: ListAt): void => {
  if (next.length !== old.length) {
    return at.field(list).forbidden(`${list} may not be added or removed on resize`);
  }
  old.forEach(({ name }, index) => {
    if (next[index]?.name === name) return;
    at.field(list).index(index).field('name').forbidden(`${list} may not be renamed or reordered on resize`);
  });
};

const judgeList = (next: readonly Container[], old: readonly Container[], { list, at }: ListAt): void => {
  old.forEach((container, index) => {
    const sidecar = list === 'initContainers' && container.restartPolicy === 'Always';
    const { resources = {}, ...others } = next[index] as Container;
    const { resources: before = {}, ...rest } = container;
    if (list === 'initContainers' && !sidecar) {
      if (!equalJson(next[index], container)) {
        at.forbidden('resources for non-sidecar init containers are immutable');
      }
      return;
    }
    const here = at.field(list).index(index).field('resources');
    judgeKept(resources, before, here);
    const { resizePolicy: _, ...same } = others;
    const { resizePolicy: __, ...was } = rest;
    if (equalJson(same, was) && equalJson(withoutCompute(resources), withoutCompute(before))) return;
    const whose = sidecar ? ' for sidecar containers' : '';
    at.forbidden(`only cpu and memory resources${whose} are mutable`);
  });
};

const judgeKept = (next: Resources, old: Resources, at: Place): void => {
  for (const list of ['requests', 'limits'] as const) {
    const gone = Object.keys(old[list] ?? {}).some((name) => next[list]?.[name] === undefined);
    if (gone) at.field(list).forbidden(`resource ${list} cannot be removed`);
  }
};

const withoutCompute = ({ limits, requests, ...rest }: Resources): object => {
  const others = (amounts: Readonly<Record<string, string>> = {}): object => {
    const { cpu: _, memory: __, ...kept } = amounts;
    return kept;
  };
  return { ...rest, limits: others(limits), requests: others(requests) };
};
