import { notAcceptable } from './errors.ts';

/** How the client wants to read the answer. */
export interface Accepted {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata';
  readonly encoding: 'json' | 'yaml';
  /** `v1` or `v1beta1` of meta.k8s.io, for `as`. */
  readonly version: string;
}

const JSON_OBJECT: Accepted = { as: 'object', encoding: 'json', version: 'v1' };
const SERVED = ['application/json', 'application/yaml'];
const KNOWN_LIMIT = 256;
/** Few clients, few headers: each distinct one is read once. */
const known = new Map<string, Accepted | null>();

/** Takes the first media type in the list that we speak. */
export const parseAccept = (header: string | undefined): Accepted => {
  if (header === undefined || header === 'application/json' || header === '*/*' || header === '')
    return JSON_OBJECT;
  let accepted = known.get(header);
  if (accepted === undefined) {
    accepted = choose(header) ?? null;
    if (known.size < KNOWN_LIMIT) known.set(header, accepted);
  }
  if (accepted === null) throw notAcceptable(SERVED);
  return accepted;
};

const choose = (header: string): Accepted | undefined => {
  for (const one of header.split(',')) {
    const [type = '', ...parameters] = one.split(';').map((part) => part.trim());
    const accepted = understand(type.toLowerCase(), new Map(parameters.map(pair)));
    if (accepted !== undefined) return accepted;
  }
  return undefined;
};

const pair = (parameter: string): [string, string] => {
  const at = parameter.indexOf('=');
  return at < 0 ? [parameter, ''] : [parameter.slice(0, at), parameter.slice(at + 1)];
};

const understand = (type: string, parameters: ReadonlyMap<string, string>): Accepted | undefined => {
  const encoding = type === 'application/yaml' ? 'yaml' : 'json';
  if (!SERVED.includes(type) && type !== '*/*' && type !== 'application/*') return undefined;
  const as = parameters.get('as');
  if (as === undefined) return { as: 'object', encoding, version: 'v1' };
  const version = parameters.get('v') ?? '';
  if (parameters.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (as === 'Table') return { as: 'Table', encoding, version };
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') {
    return { as: 'PartialObjectMetadata', encoding, version };
  }
  return undefined;
};
