import {
  type ControllerRevision,
  type Desired,
  type Json,
  type KubeObject,
  ownerReference,
  type PodTemplateSpec,
} from '@fairlead/kube';
import { canonical, canonicalJson } from '../template/canonical-json.ts';
import { revisionName } from './names.ts';

/** Who keeps the history of its template in revisions. */
export interface Revised extends KubeObject {
  readonly spec: { readonly template: PodTemplateSpec; readonly revisionHistoryLimit?: number };
  readonly status?: { readonly collisionCount?: number };
}

/**
 * What a revision holds: a patch that puts this template in the place of any other. Members stand in order of their
 * names, as Go writes a map: others compare revisions byte by byte.
 */
export const dataOf = ({ spec }: Revised): Json =>
  canonical({ spec: { template: { $patch: 'replace', ...spec.template } } }) as Json;

/** The revision of the present template. */
export function desiredRevision(
  owner: Revised,
  { hash, number, label }: { readonly hash: string; readonly number: number; readonly label: string },
): Desired<ControllerRevision> {
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(owner.metadata.name, hash),
      namespace: owner.metadata.namespace ?? 'default',
      labels: { ...owner.spec.template.metadata?.labels, [label]: hash },
      annotations: owner.metadata.annotations ?? {},
      ownerReferences: [ownerReference(owner)],
    },
    data: dataOf(owner),
    revision: number,
  };
}

/** The data of a revision as text: the same for the same template. Revisions do not change. */
export function dataText({ data }: Pick<ControllerRevision, 'data'>): string {
  if (typeof data !== 'object' || data === null) return canonicalJson(data);
  const text = texts.get(data) ?? canonicalJson(data);
  texts.set(data, text);
  return text;
}

const texts = new WeakMap<object, string>();

/** The template that a revision brings back. */
export function templateIn({ data }: ControllerRevision): PodTemplateSpec {
  const { spec } = data as Revised;
  const { $patch: _, ...template } = spec.template as PodTemplateSpec & { readonly $patch?: string };
  return template;
}

/** Oldest first. */
export const byNumber = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision || order(bornAt(a), bornAt(b)) || order(a.metadata.name, b.metadata.name);

const bornAt = ({ metadata }: ControllerRevision): string => metadata.creationTimestamp ?? '';

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** One more than the highest there is. `revisions` are sorted. */
export const nextNumber = (revisions: readonly ControllerRevision[]): number =>
  (revisions.at(-1)?.revision ?? 0) + 1;
