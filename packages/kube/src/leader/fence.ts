import type { Resource } from '../client/contract.ts';
import { isConflict } from '../error.ts';
import type { ObjectName } from '../name.ts';
import type { KubeObject } from '../object.ts';
import type { Term } from './contract.ts';

/** A later term has been at work: whoever still believes in this one must stop. */
export class FencedOffError extends Error {
  override readonly name = 'FencedOffError';
}

export interface FencedChange<T extends KubeObject> {
  readonly term: Term;
  /** The annotation that holds the token of the last term that wrote, `example.com/term`. */
  readonly annotation: string;
  /** From the object as it is to what it shall be; called again when somebody else wrote meanwhile. */
  readonly change: (object: T) => T;
}

/**
 * Changes an object in the name of a term, and never after a later term has: the token stands in the object, and the
 * write holds only for the version that was read. Rejects with `FencedOffError`.
 */
export async function changeFenced<T extends KubeObject>(
  resource: Resource<T>,
  name: ObjectName,
  { term, annotation, change }: FencedChange<T>,
): Promise<T> {
  for (;;) {
    const before = await resource.get(name);
    const seen = Number(before.metadata.annotations?.[annotation] ?? 0);
    if (seen > term.token)
      throw new FencedOffError(`term ${term.token} is over: term ${seen} has written ${name.name}`);
    const after = change(before);
    const annotations = { ...after.metadata.annotations, [annotation]: String(term.token) };
    const fenced = { ...after, metadata: { ...after.metadata, annotations } };
    const written = await resource.replace(fenced).catch((error: unknown) => {
      if (!isConflict(error)) throw error;
    });
    if (written !== undefined) return written;
  }
}
