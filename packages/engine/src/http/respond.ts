import type { KubeObject, KubeResponse, ResponseBody, Status } from '@fairlead/kube';
import type { StoredObject } from '../store/contract.ts';
import { stringifyExact } from '../schema/exact-json.ts';
import type { Call } from './api.ts';
import { failure, notShownSo } from './errors.ts';
import { answerType } from './go-names.ts';
import { bytesIn, shownValue, valueIn } from './versions.ts';
import { renderPartial } from './partial.ts';
import { renderTable } from './table/render.ts';

const encoder = new TextEncoder();

/** Frozen, so that a connection may keep how they are written. */
export const JSON_HEADERS = Object.freeze({
  'content-type': 'application/json',
  'cache-control': 'no-cache, private',
});

export const encodeValue = (value: unknown): Uint8Array => encoder.encode(stringifyExact(value));

/** Answers with one JSON document, encoded when a socket asks for it. */
export const respondValue = (
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): KubeResponse => ({
  status,
  headers: { ...JSON_HEADERS, ...headers },
  body: { kind: 'object', value: () => value, chunks: () => [encodeValue(value)] },
});

export const respondStatus = (status: Status, headers: Record<string, string> = {}): KubeResponse =>
  respondValue(status, status.code, headers);

export const respondText = (
  text: string,
  status = 200,
  type = 'text/plain; charset=utf-8',
): KubeResponse => ({
  status,
  headers: {
    ...JSON_HEADERS,
    'content-type': type,
    'x-content-type-options': 'nosniff',
  },
  body: { kind: 'stream', bytes: once(encoder.encode(text)) },
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Answers with a stored object: its own bytes, unless another version, encoding or form is asked for. */
export const respondObject = (
  call: Call,
  stored: StoredObject,
  status = 200,
): KubeResponse | Promise<KubeResponse> => {
  const { accept, api } = call;
  if (accept.as === 'object' && accept.encoding === 'json') {
    return { status, headers: JSON_HEADERS, body: storedBody(call, stored) };
  }
  const object = shownValue(call, stored);
  const shown = shownAs(call, object);
  if (accept.encoding === 'yaml') return respondYaml(shown, status);
  return respondValue(api.freeze ? deepFreeze(shown) : shown, status);
};

const shownAs = (call: Call, object: KubeObject): unknown => {
  const { accept } = call;
  switch (accept.as) {
    case 'Table':
      return renderTable(call, { objects: [object], metadata: versionOf(object) });
    case 'PartialObjectMetadata':
      return renderPartial(accept, object);
    case 'PartialObjectMetadataList':
      throw noList(call);
    default:
      return object;
  }
};

const noList = ({ resource: { definition } }: Call): Error =>
  definition.origin === 'custom'
    ? failure({ code: 500, message: 'content is not a list' })
    : notShownSo(
        `you requested PartialObjectMetadataList, but the requested object is not a list (${answerType(definition, false)})`,
      );

const versionOf = (object: KubeObject) => ({ resourceVersion: object.metadata.resourceVersion ?? '' });

const storedBody = ({ resource, api }: Call, stored: StoredObject): ResponseBody => ({
  kind: 'object',
  value: () => (api.freeze ? deepFreeze(valueIn(resource, stored)) : valueIn(resource, stored)),
  chunks: () => [bytesIn(resource, stored)],
});

export const respondYaml = async (
  value: unknown,
  status: number,
  headers: Record<string, string> = {},
): Promise<KubeResponse> => {
  const yaml = await import('yaml');
  return {
    status,
    headers: { ...JSON_HEADERS, ...headers, 'content-type': 'application/yaml' },
    body: {
      kind: 'object',
      value: () => value,
      chunks: () => [encoder.encode(yaml.stringify(JSON.parse(stringifyExact(value)), YAML_STYLE))],
    },
  };
};

/** As Go writes it: keys in order, lists not indented. */
const YAML_STYLE = { version: '1.1', sortMapEntries: true, indentSeq: false } as const;

/** Already frozen means frozen to the ground: only this function freezes. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
};
