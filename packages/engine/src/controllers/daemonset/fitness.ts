import type { DaemonSet, Node, Pod } from '@fairlead/kube';
import { isWanted } from '../../scheduler/affinity.ts';
import { untolerated } from '../../scheduler/taints.ts';
import { withTolerations } from './children.ts';

/** Whether a node should have a pod of a set, and whether one that is there may stay. */
export interface Fitness {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
}

/** Judges as the scheduler will: by name, selector, affinity and taints, not by what is free there. */
export function judgeNode({ spec: { template } }: DaemonSet, node: Node): Fitness {
  const pod = { spec: withTolerations(template.spec) } as Pod;
  const { nodeName = '' } = template.spec;
  const isMeant = (nodeName === '' || nodeName === node.metadata.name) && isWanted(pod, node);
  if (!isMeant) return { shouldRun: false, mayStay: false };
  const mayStay = untolerated(pod, onlyEvicting(node)) === undefined;
  return { shouldRun: untolerated(pod, node) === undefined, mayStay };
}

const onlyEvicting = (node: Node): Node => ({
  ...node,
  spec: { ...node.spec, taints: (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute') },
});
