import { type ControllerRevision, controllerRevisions, isAlreadyExists } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { dataOf, dataText, desiredRevision, nextNumber, type Revised } from './revision.ts';

/** How a kind names its revisions, and the label in which they say their hash. */
export interface Naming {
  /** The same data has another hash after a collision. */
  readonly hash: (collisions: number) => string;
  readonly label: string;
}

/** The revision of the present template, and how often a name was taken. */
export interface Present {
  readonly revision: ControllerRevision;
  readonly collisions: number;
}

/** Makes sure that there is a revision of the present template, the newest of all. `known` are sorted. */
export async function ensureRevision(
  owner: Revised,
  { known, naming }: { readonly known: readonly ControllerRevision[]; readonly naming: Naming },
  context: ControllerContext,
): Promise<Present> {
  const collisions = owner.status?.collisionCount ?? 0;
  const text = dataText({ data: dataOf(owner) });
  const equal = known.findLast((revision) => dataText(revision) === text);
  const number = nextNumber(known.filter((revision) => revision !== equal));
  if (equal === undefined) return create(owner, { number, collisions, naming }, context);
  return { revision: await promote(equal, number, context), collisions };
}

/** An earlier revision becomes the newest again: it takes the next number instead of being made twice. */
async function promote(
  revision: ControllerRevision,
  number: number,
  { client }: ControllerContext,
): Promise<ControllerRevision> {
  if (revision.revision >= number) return revision;
  const { resourceVersion } = revision.metadata;
  const body = { metadata: { resourceVersion }, revision: number };
  return client.resource(controllerRevisions).patch(revision.metadata, { type: 'merge', body });
}

/** A name that belongs to another template is passed over. */
async function create(
  owner: Revised,
  wanted: { readonly number: number; readonly collisions: number; readonly naming: Naming },
  context: ControllerContext,
): Promise<Present> {
  const { number, collisions, naming } = wanted;
  const resource = context.client.resource(controllerRevisions);
  const object = desiredRevision(owner, { hash: naming.hash(collisions), number, label: naming.label });
  try {
    return { revision: await resource.create(object), collisions };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const found = await resource.find({
      namespace: object.metadata.namespace,
      name: object.metadata.name ?? '',
    });
    if (found !== undefined && dataText(found) === dataText(object)) return { revision: found, collisions };
    return create(owner, { ...wanted, collisions: collisions + 1 }, context);
  }
}
