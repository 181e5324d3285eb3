import { type HTTPRoute, keyOf } from '@fairlead/kube';

/** A service by its key, and the part of the requests that goes there. */
export interface Backend {
  readonly service: string;
  readonly weight: number;
}

/** Requests whose path starts with `path` at a whole segment, or is it. */
export interface Rule {
  readonly path: string;
  readonly exact: boolean;
  readonly backends: readonly Backend[];
}

/** The rules of every host, the longest path first. Each host's list is replaced as a whole. */
export class Routes {
  readonly #routes = new Map<string, HTTPRoute>();
  readonly #keysOfHost = new Map<string, Set<string>>();
  readonly #rules = new Map<string, readonly Rule[]>();

  /** An exact name wins over a wildcard, `*.example.com`. */
  of(host: string): readonly Rule[] | undefined {
    return this.#rules.get(host) ?? this.#rules.get(wildcardOf(host));
  }

  set(key: string, route: HTTPRoute | undefined): void {
    const before = this.#routes.get(key)?.spec.hostnames ?? [];
    const after = route?.spec.hostnames ?? [];
    if (route === undefined) this.#routes.delete(key);
    else this.#routes.set(key, route);
    for (const host of before) this.#keysOfHost.get(host)?.delete(key);
    for (const host of after) this.#keysOfHost.set(host, (this.#keysOfHost.get(host) ?? new Set()).add(key));
    for (const host of new Set([...before, ...after])) this.#rebuild(host);
  }

  #rebuild(host: string): void {
    const keys = [...(this.#keysOfHost.get(host) ?? [])];
    if (keys.length === 0) this.#keysOfHost.delete(host);
    const rules = keys.flatMap((key) => rulesOf(this.#routes.get(key)));
    if (rules.length === 0) this.#rules.delete(host);
    else
      this.#rules.set(
        host,
        rules.toSorted((a, b) => Number(b.exact) - Number(a.exact) || b.path.length - a.path.length),
      );
  }
}

const wildcardOf = (host: string): string => `*${host.slice(Math.max(host.indexOf('.'), 0))}`;

const rulesOf = (route: HTTPRoute | undefined): Rule[] =>
  (route?.spec.rules ?? []).flatMap(({ matches, backendRefs }) => {
    const backends = (backendRefs ?? []).map(({ namespace, name, weight }) => ({
      service: keyOf({ namespace: namespace ?? route?.metadata.namespace ?? 'default', name }),
      weight: weight ?? 1,
    }));
    const paths = (matches ?? []).map(({ path }) => path);
    return (paths.length === 0 ? [undefined] : paths).map((path) => ({
      path: path?.value ?? '/',
      exact: path?.type === 'Exact',
      backends,
    }));
  });
