import type { DaemonSet } from '@fairlead/kube';
import { canonicalJson } from '../template/canonical-json.ts';
import { hash1a } from '../template/hash.ts';

/** The count of a set's templates, as it was said before there were revisions. Kubernetes still says it. */
export const generationAnnotation = 'deprecated.daemonset.template.generation';
export const generationLabel = 'pod-template-generation';

/** Names the template; after a collision the same template has another name. */
export const templateHash = ({ spec }: DaemonSet, collisions: number): string =>
  hash1a(canonicalJson(spec.template) + (collisions === 0 ? '' : collisions));

/** The API appends five characters. */
export const podNamePrefix = ({ metadata }: DaemonSet): string => `${metadata.name}-`;
