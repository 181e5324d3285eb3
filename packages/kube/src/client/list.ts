import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import type { KubeObject } from '../object.ts';
import type { ListOptions, ObjectList, RawRequest } from './contract.ts';
import { collectionPath, scopeQuery } from './path.ts';
import type { Requester } from './request.ts';

const pageSize = 500;

/** A collection, page by page. All pages show the moment of the first. `limit: 0` asks for one page. */
export async function* listPages<T extends KubeObject>(
  requester: Requester,
  kind: Kind<T>,
  options: ListOptions,
): AsyncGenerator<ObjectList<T>, void> {
  const { namespace, limit = pageSize, resourceVersion, resourceVersionMatch, signal } = options;
  const path = collectionPath(kind, namespace);
  const base = { ...scopeQuery(options), limit: limit || undefined };
  let query: RawRequest['query'] = { ...base, resourceVersion, resourceVersionMatch };
  for (;;) {
    const page: ObjectList<T> = await requester.json<ObjectList<T>>({ path, query, signal });
    yield { ...page, items: page.items.map((item) => complete(kind, item)) };
    if (!page.metadata.continue) return;
    // The token carries the version; naming one beside it is an error.
    query = { ...base, continue: page.metadata.continue };
  }
}

/** Items of a built-in kind's list come without apiVersion and kind; what is read shall be writable. */
const complete = <T extends KubeObject>(kind: Kind<T>, item: T): T =>
  item.kind === undefined ? { ...item, apiVersion: apiVersionOf(kind), kind: kind.kind } : item;

/** All pages as one list. */
export async function gatherPages<T extends KubeObject>(
  pages: AsyncIterable<ObjectList<T>>,
): Promise<ObjectList<T>> {
  const all = await Array.fromAsync(pages);
  const [first] = all;
  if (first === undefined) throw new TypeError('a list has at least one page');
  if (all.length === 1) return first;
  const { resourceVersion } = first.metadata;
  return { ...first, metadata: { resourceVersion }, items: all.flatMap((page) => page.items) };
}
