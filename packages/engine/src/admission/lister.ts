import type { KubeObject } from '@fairlead/kube';
import { follow } from '../resources/follow.ts';
import { keyPrefixOf } from '../resources/registry.ts';
import type { Store, StoredObject } from '../store/contract.ts';

/** The committed objects of one kind, by namespace, in order of their names. */
export interface Lister {
  /** `''` for what is in no namespace. */
  list(namespace: string): readonly StoredObject[];
  close(): void;
}

/** What admission asks for on every write, so that a namespace without any costs one look. */
export const openLister = (
  store: Store,
  kind: { readonly group: string; readonly resource: string },
): Lister => {
  const shelves = new Map<string, readonly StoredObject[]>();
  const prefix = keyPrefixOf(kind.group, kind.resource);
  const close = follow(store, {
    prefix,
    onObject(stored, gone) {
      const namespace = namespaceIn(stored.key, prefix);
      const others = (shelves.get(namespace) ?? []).filter(({ key }) => key !== stored.key);
      const next = gone ? others : [...others, stored].toSorted(byKey);
      if (next.length === 0) shelves.delete(namespace);
      else shelves.set(namespace, next);
    },
  });
  return { list: (namespace) => shelves.get(namespace) ?? [], close };
};

export const valuesOf = (stored: readonly StoredObject[]): readonly KubeObject[] =>
  stored.map((one) => one.value());

const namespaceIn = (key: string, prefix: string): string =>
  key.slice(prefix.length, key.indexOf('/', prefix.length));

const byKey = (a: StoredObject, b: StoredObject): number => (a.key < b.key ? -1 : 1);
