/** An object's address within its kind. Every object's `metadata` is one. No namespace: cluster-wide. */
export interface ObjectName {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `namespace/name`, or `name` for a cluster-wide object: how queues and caches call an object. */
export const keyOf = ({ namespace, name }: ObjectName): string =>
  namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;

/** The way back from `keyOf`. */
export function parseKey(key: string): ObjectName {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
