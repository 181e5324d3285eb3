import type { KubeObject, Node } from '@fairlead/kube';
import type { Admission } from './chain.ts';
import { isAbout } from './kinds.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

/** A node that is new is not ready: nothing is sent there before a controller has seen that it is. */
export const taintNodes: Admission = {
  name: 'TaintNodesByCondition',
  admit(request): KubeObject {
    const { operation, subresource, object } = request;
    if (!isAbout(request, 'nodes') || operation !== 'CREATE' || subresource !== '') return object;
    const { spec = {} } = object as Node;
    const taints = spec.taints ?? [];
    const isTainted = taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect);
    return isTainted
      ? object
      : ({ ...object, spec: { ...spec, taints: [...taints, notReady] } } as KubeObject);
  },
};
