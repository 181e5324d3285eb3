import type { Pod } from '@fairlead/kube';

/** Of the pod and of its machine. */
export interface Addresses {
  readonly pod: string;
  readonly host: string;
}

const nowhere: Addresses = { pod: '', host: '' };

/** A field of a pod as text (Kubernetes, "Downward API"); `undefined` when it is not one of those. */
export function fieldOf(pod: Pod, path: string, addresses = nowhere): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed !== null) {
    const values = keyed[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations;
    return values?.[keyed[2] ?? ''] ?? '';
  }
  return fields[path]?.(pod, addresses);
}

const fields: Readonly<Record<string, (pod: Pod, addresses: Addresses) => string>> = {
  'metadata.name': (pod) => pod.metadata.name,
  'metadata.namespace': (pod) => pod.metadata.namespace ?? 'default',
  'metadata.uid': (pod) => pod.metadata.uid ?? '',
  'metadata.labels': (pod) => renderMap(pod.metadata.labels),
  'metadata.annotations': (pod) => renderMap(pod.metadata.annotations),
  'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
  'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? 'default',
  'status.podIP': (_, { pod }) => pod,
  'status.podIPs': (_, { pod }) => pod,
  'status.hostIP': (_, { host }) => host,
  'status.hostIPs': (_, { host }) => host,
};

/** A line for each, in order of the keys; the values quoted as Go does, which for what is printable is JSON. */
const renderMap = (map: Readonly<Record<string, string>> = {}): string =>
  Object.entries(map)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
