const PLACES: Readonly<Record<string, string>> = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
};

/** `core.v1.PodSpec` → `io.k8s.api.core.v1.PodSpec`, as Kubernetes' own documents name types. */
export function typeNameOf(type: string): string {
  const dot = type.indexOf('.');
  const [place, rest] = [type.slice(0, dot), type.slice(dot)];
  return (PLACES[place] ?? `io.k8s.api.${place}`) + rest;
}

/** A kind of a CustomResourceDefinition: `com.example.v1.Thing`, the group's parts turned round. */
export const kindName = (group: string, version: string, kind: string): string =>
  [...group.split('.').reverse(), version, kind].filter((part) => part !== '').join('.');
