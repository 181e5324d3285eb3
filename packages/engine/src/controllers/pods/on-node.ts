import type { Cache, Pod } from '@fairlead/kube';
import { pods } from '@fairlead/kube';

/** The index of pods by the node that they are bound to. */
const onNode = 'node';

/** Call once before `podsOn`. */
export const indexByNode = (cache: Cache): void =>
  cache.informer(pods).index(onNode, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));

export const podsOn = (cache: Cache, node: string): readonly Pod[] =>
  cache.informer(pods).byIndex(onNode, node);
