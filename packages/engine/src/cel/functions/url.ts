import type { Row } from '../overload.ts';
import { CelError, listOfValues, mapOfEntries, Opaque, type Value } from '../value.ts';
import { reads } from './address.ts';

interface Parts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

class Url extends Opaque {
  readonly type = 'kubernetes.URL';
  readonly text: string;
  readonly parts: Parts;

  constructor(text: string, parts: Parts) {
    super();
    this.text = text;
    this.parts = parts;
  }

  equals(other: Url): boolean {
    return this.text === other.text;
  }
}

const HOST = /^(?:\[[0-9A-Fa-f:.]+(?:%25[^\]]*)?\]|[^\s"<>\\^`{|}[\]:]*)(?::\d*)?$/;

/** As Go's `url.ParseRequestURI`: an absolute URI, or an absolute path; never a fragment. */
const readUrl = (text: string): Url => {
  const fail = (why: string): never => {
    throw new CelError(
      `URL parse error during conversion from string: parse ${JSON.stringify(text)}: ${why}`,
    );
  };
  if (text === '') return fail('empty url');
  // oxlint-disable-next-line no-control-regex -- they are what Go looks for
  if (/[\x00-\x1f\x7f]/.test(text)) return fail('net/url: invalid control character in URL');
  const [, scheme = '', rest = text] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  if (scheme === '' && text.startsWith(':')) return fail('missing protocol scheme');
  if (!rest.startsWith('/') && (scheme === '' || rest === '')) return fail('invalid URI for request');
  const [, authority, path = '', , query = ''] = /^(?:\/\/([^/?]*))?([^?]*)(\?(.*))?$/s.exec(rest) ?? [];
  const host = (authority ?? '').replace(/^[^@]*@/, '');
  if (!HOST.test(host))
    return fail(
      `invalid character ${JSON.stringify(host.match(/[\s"<>\\^`{|}]/)?.[0] ?? host)} in host name`,
    );
  const escape = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(path);
  if (escape !== null) return fail(`invalid URL escape ${JSON.stringify(escape[0])}`);
  return new Url(text, { scheme: scheme.toLowerCase(), host, path: rest.startsWith('/') ? path : '', query });
};

const hostname = ({ parts: { host } }: Url): string => host.replace(/:\d*$/, '').replace(/^\[|\]$/g, '');
const port = ({ parts: { host } }: Url): string => /:(\d*)$/.exec(host)?.[1] ?? '';

const escapedPath = ({ parts: { path } }: Url): string =>
  encodeURI(path.replace(/%[0-9A-Fa-f]{2}/g, (escape) => `\u0000${escape.slice(1)}`)).replaceAll('%00', '%');

const query = ({ parts }: Url): Value => {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(parts.query))
    values.set(name, [...(values.get(name) ?? []), value]);
  return mapOfEntries([...values].map(([name, list]) => [name, listOfValues(list)]));
};

export const URLS: readonly Row[] = [
  ['string_to_url', 'url: (string) -> URL', readUrl],
  ['url_get_scheme', 'getScheme: URL.() -> string', ({ parts }: Url) => parts.scheme],
  ['url_get_host', 'getHost: URL.() -> string', ({ parts }: Url) => parts.host],
  ['url_get_hostname', 'getHostname: URL.() -> string', hostname],
  ['url_get_port', 'getPort: URL.() -> string', port],
  ['url_get_escaped_path', 'getEscapedPath: URL.() -> string', escapedPath],
  ['url_get_query', 'getQuery: URL.() -> map(string, list(string))', query],
  ['is_url_string', 'isURL: (string) -> bool', (text: string) => reads(readUrl, text)],
];
