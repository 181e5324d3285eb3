import { ApiError } from '../error.ts';
import { parseJson, renderJson } from '../json.ts';
import type { Status } from '../object.ts';
import type { KubeResponse, Transport } from '../transport.ts';
import type { RawRequest } from './contract.ts';
import { renderQuery } from './path.ts';

/** Sends requests over one transport; an answer of 400 and above rejects with `ApiError`. */
export interface Requester {
  request(request: RawRequest): Promise<KubeResponse>;
  json<T = unknown>(request: RawRequest): Promise<T>;
}

export function createRequester(transport: Transport, userAgent: string): Requester {
  const request = async (raw: RawRequest): Promise<KubeResponse> => {
    raw.signal?.throwIfAborted();
    const body = encodeBody(raw.body);
    const response = await transport({
      method: raw.method ?? 'GET',
      path: raw.path,
      query: renderQuery(raw.query),
      headers: {
        accept: 'application/json',
        'user-agent': userAgent,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...raw.headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(raw.signal === undefined ? {} : { signal: raw.signal }),
    });
    if (response.status >= 400) throw new ApiError(await readStatus(response));
    return response;
  };
  // The caller names the type that the path promises: this is the door where JSON becomes typed.
  const json = async <T>(raw: RawRequest): Promise<T> => (await readJson(await request(raw))) as T;
  return { request, json };
}

function encodeBody(body: RawRequest['body']): Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body;
  return Buffer.from(renderJson(body));
}

async function readJson(response: KubeResponse): Promise<unknown> {
  return response.body.kind === 'object' ? response.body.value() : parseJson(await readText(response));
}

async function readText({ body }: KubeResponse): Promise<string> {
  switch (body.kind) {
    case 'empty':
      return '';
    case 'object':
      return Buffer.concat([...body.chunks()]).toString();
    case 'stream':
      return Buffer.concat(await Array.fromAsync(body.bytes)).toString();
    case 'watch':
    case 'upgrade':
      throw new TypeError(`a body of kind ${body.kind} was answered where an object was asked for`);
    default:
      throw new TypeError(`unknown body ${body satisfies never}`);
  }
}

/** What the server said about its refusal. Proxies and old paths answer in plain text. */
async function readStatus(response: KubeResponse): Promise<Status> {
  const text = await readText(response);
  const said = parseStatus(text);
  if (said !== undefined) return said;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: text.trim() || `the server answered with HTTP ${response.status}`,
    ...(reasons[response.status] === undefined ? {} : { reason: reasons[response.status] }),
    code: response.status,
  };
}

function parseStatus(text: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return (value as Status | null)?.kind === 'Status' ? (value as Status) : undefined;
  } catch {
    return undefined; // Not JSON, so not a Status: its text becomes the message.
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};
