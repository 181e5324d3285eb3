import type { Bullet } from './bullets.ts';

/**
 * Some requests and nothing else: what must come back is what a real kube-apiserver gave when the case was recorded.
 *
 * Strings may name what is known when the case is played: `{{ns}}`, the case's own namespace (and a good part of
 * names that are cluster-wide), and `{{first.metadata.uid}}`, out of the answer to the step that is `named('first')`.
 */
export interface Case {
  /** A sentence of the domain; unique in its file. */
  readonly title: string;
  /** The line of the acceptance text that it belongs to. */
  readonly bullet: Bullet;
  /** Kubernetes' own controllers run. Every other case has the API server alone. */
  readonly controllers?: true;
  readonly steps: readonly Step[];
  /** Why the engine answers otherwise on purpose, and under which heading of `docs/engine-differences.md` it is told. */
  readonly differs?: { readonly reason: string; readonly heading: string };
}

export type Step = Request | { readonly compact: true };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';

export interface Request {
  readonly method: Method;
  /** With its query, percent-encoded. What does not begin with a slash is below the case's namespace in core/v1. */
  readonly path: string;
  /** A document, sent as JSON; or text, sent as it is. */
  readonly body?: unknown;
  /** Lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** One of `users.ts`, `admin` unless told; `anonymous`: no credentials at all. */
  readonly user?: string;
  /** A bearer token instead of a user. */
  readonly token?: string;
  /** Later steps find the answer's document under this name. */
  readonly name?: string;
  /** Asked again until the answer is so; what is recorded is that one. */
  readonly until?: Until;
  /** The answer is a watch, read until so many frames came, or until its end when it is said to end. */
  readonly watch?: { readonly events: number } | { readonly toItsEnd: true };
  /** The way to the situation: its answer must be good, and is not part of what is compared. */
  readonly setup?: true;
}

export interface Until {
  readonly status?: number;
  /** Members that the answer's document must have, among others. */
  readonly has?: unknown;
}

type More = Omit<Partial<Request>, 'method' | 'path' | 'body'>;

export const get = (path: string, more: More = {}): Request => ({ method: 'GET', path, ...more });

export const post = (path: string, body: unknown, more: More = {}): Request => ({
  method: 'POST',
  path,
  body,
  ...more,
});

export const put = (path: string, body: unknown, more: More = {}): Request => ({
  method: 'PUT',
  path,
  body,
  ...more,
});

/** `del('pods/a')`, or with DeleteOptions as its body. */
export const del = (path: string, body?: unknown, more: More = {}): Request => ({
  method: 'DELETE',
  path,
  ...(body !== undefined && { body }),
  ...more,
});

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export const patch = (
  given: { readonly path: string; readonly as: keyof typeof patchTypes },
  body: unknown,
  more: More = {},
): Request => ({
  method: 'PATCH',
  path: given.path,
  body,
  ...more,
  headers: { 'content-type': patchTypes[given.as], ...more.headers },
});

/** Server-side apply; the path's query must name a fieldManager. */
export const apply = (path: string, body: unknown, more: More = {}): Request => ({
  method: 'PATCH',
  path,
  body,
  ...more,
  headers: { 'content-type': 'application/apply-patch+yaml', ...more.headers },
});

/** `watch('configmaps?resourceVersion={{first.metadata.resourceVersion}}', { events: 2 })`. */
export const watch = (path: string, until: NonNullable<Request['watch']>, more: More = {}): Request => ({
  method: 'GET',
  path: `${path}${path.includes('?') ? '&' : '?'}watch=true`,
  watch: until,
  ...more,
});

export const named = (name: string, request: Request): Request => ({ ...request, name });

/** The way to the situation that is looked at: must succeed, and is not compared. */
export const given = (request: Request): Request => ({ ...request, setup: true });

/** History is forgotten, as a few minutes later. */
export const compact: Step = { compact: true };

/** A body: the document of an earlier answer with a merge patch (RFC 7386) over it. */
export const changed = (name: string, change: unknown): unknown => ({ $from: name, $change: change });

/**
 * Situations that belong together as one case, one after the other in one namespace. `sweep` names the collections that
 * each of them leaves empty for the next.
 */
export const together = (title: string, parts: readonly Case[], ...sweep: readonly string[]): Case => {
  const [first] = parts;
  if (first === undefined) throw new Error(`${title}: a case has steps`);
  const swept = sweep.map((path) => given(del(path)));
  return { ...first, title, steps: parts.flatMap(({ steps }) => [...steps, ...swept]) };
};

/** A string of that many characters, for what is too large. */
export const repeated = (text: string, times: number): unknown => ({ $repeat: text, $times: times });
