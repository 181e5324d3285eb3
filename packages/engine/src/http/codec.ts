import { unsupportedMediaType } from './errors.ts';
import { JsonSyntaxError, parseExactJson } from './json-exact.ts';
import { scanJson } from './json-scan.ts';

/** A body as a plain value, with what the parser saw on the way. */
export interface Decoded {
  readonly value: unknown;
  /** What only a strict reader minds: keys that came more than once. */
  readonly faults: readonly StrictFault[];
}

export interface StrictFault {
  /** Where it is; of YAML the message tells the line instead. */
  readonly path?: string;
  readonly message: string;
}

/** What a refusal says of them: Go's YAML parser tells all of its own at once. */
export const renderFaults = (faults: readonly StrictFault[]): string[] => {
  const lines = faults.filter(({ path }) => path === undefined).map(({ message }) => `\n  ${message}`);
  const others = faults.filter(({ path }) => path !== undefined).map(({ message }) => message);
  return lines.length === 0 ? others : [`yaml: unmarshal errors:${lines.join('')}`, ...others];
};

export type MediaType = 'json' | 'yaml' | 'protobuf';

const NONE: readonly StrictFault[] = [];
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const ACCEPTED = ['application/json', 'application/yaml', PROTOBUF];

/** Which codec a content type asks for. Without one it is JSON, as in Kubernetes. */
export const mediaTypeOf = (contentType: string | undefined): MediaType => {
  const type = bareType(contentType);
  if (type === '' || type === 'application/json') return 'json';
  if (type === 'application/yaml') return 'yaml';
  if (type === PROTOBUF) return 'protobuf';
  throw unsupportedMediaType(ACCEPTED);
};

/** `application/json; charset=utf-8` → `application/json`. */
export const bareType = (contentType: string | undefined): string => {
  if (contentType === undefined) return '';
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
};

/** A body that cannot be read; the message is what Go's decoders say of it. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly format: 'json' | 'yaml';

  constructor(format: 'json' | 'yaml', message: string) {
    super(message);
    this.format = format;
  }
}

/**
 * The one door for bodies. Throws `DecodeError` for what cannot be read. `goType` is what a protobuf body is read as,
 * `core.v1.Pod`; there is none for custom resources, which do not travel so.
 */
export const decode = (bytes: Uint8Array, type: MediaType, goType?: string): Decoded | Promise<Decoded> => {
  if (type === 'protobuf') return decodeBinary(bytes, goType);
  if (type === 'json') return decodeJson(bytes);
  if (!looksLikeJson(bytes)) return decodeYaml(bytes);
  const decoded = decodeJson(bytes);
  if (decoded.faults.length === 0) return decoded;
  return decodeYaml(bytes).then(({ faults }) => ({ ...decoded, faults }));
};

const decodeBinary = async (bytes: Uint8Array, goType: string | undefined): Promise<Decoded> => {
  if (goType === undefined) throw unsupportedMediaType(ACCEPTED.filter((type) => type !== PROTOBUF));
  const { decodeProtobuf } = await import('./protobuf/body.ts');
  return { value: decodeProtobuf(bytes, goType), faults: NONE };
};

/** What begins with a brace is JSON also where YAML is announced (an apply sends it so); YAML's flow style is not sent. */
const looksLikeJson = (bytes: Uint8Array): boolean => {
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b;
};

const text = new TextDecoder('utf-8');

export const decodeJson = (bytes: Uint8Array): Decoded => {
  const scan = scanJson(bytes);
  if (scan === 'too-deep') throw new DecodeError('json', "invalid character '[' exceeded max depth");
  const source = text.decode(bytes);
  if (scan === 'plain') {
    try {
      return { value: JSON.parse(source), faults: NONE };
    } catch {
      // The exact parser finds the same fault and words it as Kubernetes does.
    }
  }
  try {
    const { value, duplicates } = parseExactJson(source);
    return { value, faults: duplicates.map(duplicateField) };
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new DecodeError('json', error.message) : error;
  }
};

const duplicateField = (path: string): StrictFault => ({
  path,
  message: `duplicate field ${JSON.stringify(path)}`,
});

/**
 * YAML 1.1 as Kubernetes reads it: `yes` is a boolean, a date is a string, of several documents the first counts, and
 * of a key that comes twice the last.
 */
const decodeYaml = async (bytes: Uint8Array): Promise<Decoded> => {
  const yaml = await import('yaml');
  const source = text.decode(bytes);
  const [document] = yaml.parseAllDocuments(source, {
    version: '1.1',
    // What a stranger's document looks like is no news for the log.
    logLevel: 'error',
    merge: true,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !tag.tag.endsWith(':timestamp')),
  });
  if (document === undefined || !('errors' in document)) return { value: null, faults: NONE };
  const [fault] = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  if (fault !== undefined) throw new DecodeError('yaml', firstLine(fault.message));
  // Through JSON, so that nothing but JSON gets in (maps with other keys, special numbers).
  const { value } = decodeJson(Buffer.from(toJson(document)));
  return { value, faults: duplicateKeys(source, document.errors) };
};

interface KeyError {
  readonly pos: readonly [start: number, end: number];
}

/** Each with the line on which its value begins, as Go's parser tells it. */
const duplicateKeys = (source: string, errors: readonly KeyError[]): readonly StrictFault[] =>
  errors.map(({ pos: [start] }) => {
    const { key, value } = entryAt(source, start);
    const line = source.slice(0, value).split('\n').length;
    return { message: `line ${line}: key ${JSON.stringify(key)} already set in map` };
  });

const ENTRY = /("(?:\\.|[^"\\])*"|'[^']*'|[^:\n]+?)\s*:(?:\s|#.*)*/y;

const entryAt = (source: string, start: number): { readonly key: string; readonly value: number } => {
  ENTRY.lastIndex = start;
  const [whole = '', key = ''] = ENTRY.exec(source) ?? [];
  return { key: key.replace(/^(["'])(.*)\1$/, '$2'), value: start + whole.length };
};

/** What refers to itself, or to so much that it would fill the memory, is no JSON. */
const toJson = (document: { toJS(options: { maxAliasCount: number }): unknown }): string => {
  try {
    return JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null';
  } catch (error) {
    throw new DecodeError('yaml', firstLine((error as Error).message));
  }
};

const firstLine = (message: string): string => message.split('\n')[0] ?? '';
