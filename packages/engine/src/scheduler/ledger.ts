import { controllerOf, type Pod } from '@fairlead/kube';
import { type Amounts, minus, plus, requestOf, weightOf } from './request.ts';

/** What lies on one node. */
export interface Load {
  readonly pods: ReadonlyMap<string, Pod>;
  readonly requested: Amounts;
  readonly weight: Amounts;
  /** How many pods of one controller there are, by its uid. */
  readonly siblings: ReadonlyMap<string, number>;
}

/** Which pods are on which node, those included that were sent there a moment ago. By pod uid. */
export interface Ledger {
  load(node: string): Load;
  /** Notes a pod on a node; again is no change. */
  put(pod: Pod, node: string): void;
  remove(uid: string): void;
  nodeOf(uid: string): string | undefined;
}

interface Page {
  readonly pods: Map<string, Pod>;
  requested: Amounts;
  weight: Amounts;
  readonly siblings: Map<string, number>;
}

const empty: Load = { pods: new Map(), requested: {}, weight: {}, siblings: new Map() };

export function createLedger(): Ledger {
  const pages = new Map<string, Page>();
  const places = new Map<string, string>();
  const remove = (uid: string): void => {
    const node = places.get(uid);
    const page = node === undefined ? undefined : pages.get(node);
    const pod = page?.pods.get(uid);
    if (node === undefined || page === undefined || pod === undefined) return;
    places.delete(uid);
    page.pods.delete(uid);
    page.requested = minus(page.requested, requestOf(pod));
    page.weight = minus(page.weight, weightOf(pod));
    count(page.siblings, pod, -1);
    if (page.pods.size === 0) pages.delete(node);
  };
  return {
    load: (node) => pages.get(node) ?? empty,
    nodeOf: (uid) => places.get(uid),
    remove,
    put(pod, node) {
      const uid = pod.metadata.uid ?? '';
      remove(uid);
      const page = pages.get(node) ?? { pods: new Map(), requested: {}, weight: {}, siblings: new Map() };
      pages.set(node, page);
      places.set(uid, node);
      page.pods.set(uid, pod);
      page.requested = plus(page.requested, requestOf(pod));
      page.weight = plus(page.weight, weightOf(pod));
      count(page.siblings, pod, 1);
    },
  };
}

function count(siblings: Map<string, number>, pod: Pod, change: number): void {
  const owner = controllerOf(pod)?.uid;
  if (owner === undefined) return;
  const next = (siblings.get(owner) ?? 0) + change;
  if (next === 0) siblings.delete(owner);
  else siblings.set(owner, next);
}
