import { pullFailed } from './error.ts';
import type { Remote } from './remote.ts';

/** What a registry wants to know (RFC 9110, 11.6.1; distribution, "Token Authentication"). */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly parameters: ReadonlyMap<string, string>;
}

/** `undefined`: none that is understood. */
export function parseChallenge(header: string): Challenge | undefined {
  const [, name = '', rest = ''] = /^\s*(basic|bearer)\b\s*([^]*)$/i.exec(header) ?? [];
  if (name === '') return undefined;
  const found = rest.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g);
  const parameters = [...found].map(([, key = '', quoted, plain = '']) => {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    return [key.toLowerCase(), value] as const;
  });
  return { scheme: name.toLowerCase() === 'basic' ? 'basic' : 'bearer', parameters: new Map(parameters) };
}

/** The `authorization` that answers it; `undefined`: there is nothing to say. */
export async function answerChallenge(
  remote: Remote,
  { scheme, parameters }: Challenge,
): Promise<string | undefined> {
  const { credentials } = remote;
  const basic =
    credentials &&
    `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  if (scheme === 'basic') return basic;
  const url = tokenUrl(remote, parameters);
  if (url === undefined) return undefined;
  const headers = { accept: 'application/json', ...(basic !== undefined && { authorization: basic }) };
  const response = await remote.fetch(url, { headers, signal: remote.signal }).catch((error: Error) => {
    throw pullFailed(`the registry's token server does not answer: ${error.message}`);
  });
  if (!response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const { token, access_token: other } = (await response.json()) as Record<string, unknown>;
  const given = token ?? other;
  return typeof given === 'string' ? `Bearer ${given}` : undefined;
}

function tokenUrl({ endpoint, repository }: Remote, parameters: Challenge['parameters']): string | undefined {
  const realm = URL.parse(parameters.get('realm') ?? '');
  if (realm === null) return undefined;
  // Who reads along must not learn a password that the registry itself is told in secret.
  const open = realm.protocol !== 'https:' && !endpoint.url.startsWith('http:');
  if (open || !/^https?:$/.test(realm.protocol)) return undefined;
  const service = parameters.get('service');
  if (service !== undefined) realm.searchParams.set('service', service);
  realm.searchParams.set('scope', parameters.get('scope') ?? `repository:${repository}:pull`);
  return realm.href;
}
