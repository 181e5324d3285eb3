import { failure, notAcceptable } from './errors.ts';

/** How the client wants to read the answer. */
export interface Accepted {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  readonly encoding: 'json' | 'yaml';
  /** `v1` or `v1beta1` of meta.k8s.io, for `as`. */
  readonly version: string;
}

const JSON_OBJECT: Accepted = { as: 'object', encoding: 'json', version: 'v1' };
/** What answers are written in. */
export const SERVED = ['application/json', 'application/yaml'];
const STREAMED = ['application/json;stream=watch'];
const KNOWN_LIMIT = 256;
/** Few clients, few headers: each distinct one is read once. */
const known = new Map<string, Accepted | null>();

/** Takes the media type that the client likes best of those that we speak. Throws 406 when there is none. */
export const parseAccept = (header: string | undefined, origin: 'builtin' | 'custom'): Accepted => {
  if (header === undefined || header === 'application/json' || header === '*/*' || header === '')
    return JSON_OBJECT;
  if (origin === 'builtin' && !isRouted(header)) throw unroutable();
  const accepted = chosen(header);
  if (accepted === null) throw notAcceptable(SERVED);
  return accepted;
};

/**
 * How discovery is to be read: whole (KEP-3352), where there is that, or address by address. `routed`: behind the
 * router of built-in kinds.
 */
export const parseDiscoveryAccept = (
  header = '',
  { whole, routed }: { readonly whole: boolean; readonly routed: boolean },
): 'whole' | Accepted => {
  if (header === '') return JSON_OBJECT;
  if (routed && !isRouted(header)) throw unroutable();
  for (const clause of sortedClauses(header)) {
    if (whole && isWhole(clause)) return 'whole';
    const accepted = understand(clause);
    if (accepted?.as === 'object') return accepted;
  }
  throw notAcceptable(SERVED);
};

const isWhole = ({ type, parameters }: Clause): boolean =>
  (type === 'application/json' || type === '*/*') &&
  parameters.get('g') === 'apidiscovery.k8s.io' &&
  parameters.get('v') === 'v2' &&
  parameters.get('as') === 'APIGroupDiscoveryList';

/** For an answer that must be given in any case. */
export const parseAcceptOrJson = (header: string | undefined): Accepted =>
  header === undefined ? JSON_OBJECT : (chosen(header) ?? JSON_OBJECT);

/** A watch comes as JSON or not at all. */
export const requireStream = ({ encoding }: Accepted): void => {
  if (encoding !== 'json') throw notAcceptable(STREAMED);
};

/** Built-in kinds stand behind a router that looks at whole media types, and has words of its own for the others. */
const isRouted = (header: string): boolean =>
  header.split(',').some((one) => {
    const type = (one.split(';')[0] ?? '').trim();
    return type === '*/*' || SERVED.includes(type);
  });

const unroutable = (): Error =>
  failure({
    code: 406,
    reason: 'NotAcceptable',
    message: `406: Not Acceptable\n\nAvailable representations: ${SERVED.join(', ')}`,
    details: {},
  });

const chosen = (header: string): Accepted | null => {
  let accepted = known.get(header);
  if (accepted === undefined) {
    accepted = choose(header) ?? null;
    if (known.size < KNOWN_LIMIT) known.set(header, accepted);
  }
  return accepted;
};

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** By quality, what is named before what is meant by a star, else in the order of the header. */
const sortedClauses = (header: string): Clause[] =>
  header
    .split(',')
    .map(parseClause)
    .sort((a, b) => b.quality - a.quality || stars(a) - stars(b));

const choose = (header: string): Accepted | undefined => {
  for (const clause of sortedClauses(header)) {
    const accepted = understand(clause);
    if (accepted !== undefined) return accepted;
  }
  return undefined;
};

const stars = ({ type }: Clause): number => type.split('*').length - 1;

const parseClause = (text: string): Clause => {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(rest.map(pair));
  const quality = parameters.get('q');
  parameters.delete('q');
  return {
    type: type === '*' ? '*/*' : type,
    parameters,
    quality: quality === undefined ? 1 : Number(quality) || 0,
  };
};

const pair = (parameter: string): [string, string] => {
  const at = parameter.indexOf('=');
  return at < 0 ? [parameter, ''] : [parameter.slice(0, at).trim(), parameter.slice(at + 1).trim()];
};

const SHAPES = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'] as const;

const understand = ({ type, parameters }: Clause): Accepted | undefined => {
  const encoding = type === 'application/yaml' ? 'yaml' : 'json';
  if (!SERVED.includes(type) && type !== '*/*' && type !== 'application/*') return undefined;
  const stream = parameters.get('stream') ?? '';
  if ((stream !== '' && (stream !== 'watch' || encoding === 'yaml')) || parameters.get('sv'))
    return undefined;
  const [as, group, version] = ['as', 'g', 'v'].map((name) => parameters.get(name));
  if (as === undefined && group === undefined && version === undefined) {
    return { as: 'object', encoding, version: 'v1' };
  }
  if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  const shape = SHAPES.find((one) => one === as);
  return shape && { as: shape, encoding, version };
};
