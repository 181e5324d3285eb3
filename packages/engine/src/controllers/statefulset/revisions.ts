import {
  type ControllerRevision,
  controllerRevisions,
  isAlreadyExists,
  type StatefulSet,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { dataHash } from '../revisions/names.ts';
import { promote } from '../revisions/promote.ts';
import { dataOf, dataText, desiredRevision, nextNumber } from '../revisions/revision.ts';

/** The forms of a set's template that may run, and how often a name was taken. */
export interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisions: number;
}

/** Makes sure that there is a revision of the present template, the newest of all. `known` are sorted. */
export async function ensureRevisions(
  set: StatefulSet,
  known: readonly ControllerRevision[],
  context: ControllerContext,
): Promise<Revisions> {
  const collisions = set.status?.collisionCount ?? 0;
  const text = dataText({ data: dataOf(set) });
  const equal = known.findLast((revision) => dataText(revision) === text);
  const made =
    equal === undefined
      ? await create(set, { number: nextNumber(known), collisions }, context)
      : { update: await ensureNewest(equal, known, context), collisions };
  const current = known.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  return { ...made, current: current ?? made.update };
}

const ensureNewest = (
  revision: ControllerRevision,
  known: readonly ControllerRevision[],
  context: ControllerContext,
): Promise<ControllerRevision> | ControllerRevision =>
  revision === known.at(-1) ? revision : promote(revision, nextNumber(known), context);

/** A name that belongs to another template is passed over. */
async function create(
  set: StatefulSet,
  { number, collisions }: { readonly number: number; readonly collisions: number },
  context: ControllerContext,
): Promise<Omit<Revisions, 'current'>> {
  const resource = context.client.resource(controllerRevisions);
  const text = dataText({ data: dataOf(set) });
  const wanted = desiredRevision(set, { hash: dataHash(text, collisions), number });
  try {
    return { update: await resource.create(wanted), collisions };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const { namespace, name = '' } = wanted.metadata;
    const found = await resource.find({ namespace, name });
    if (found !== undefined && dataText(found) === text) return { update: found, collisions };
    return create(set, { number, collisions: collisions + 1 }, context);
  }
}
