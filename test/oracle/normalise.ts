import { isRecord, mapTexts } from './document.ts';
import { addressNames, generatedNames, type Names, uidNames, versionNames, withoutAges } from './names.ts';
import type { Answer, Body, Played } from './play.ts';

/** An answer in the form in which the real one and the engine's are compared, and in which it is committed. */
export interface Normal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** What clients act on. The others are of the connection (date, length) or of one server's insides (audit, flow control). */
const HEADERS = [
  'allow',
  'cache-control',
  'content-encoding',
  'content-type',
  'etag',
  'location',
  'retry-after',
  'vary',
  'warning',
  'www-authenticate',
  'x-content-type-options',
] as const;

/**
 * Puts stable names in place of what no two servers share; `README.md` lists it. Only what a server chose itself is
 * replaced, and equal things stay equal.
 */
export const normalise = (played: Played, now: number): Normal[] => {
  const shown = played.answers.map(withoutNoise);
  const names: Names[] = [
    generatedNames(shown),
    uidNames(shown),
    versionNames(shown),
    addressNames(shown, played.sent),
    withoutAges,
  ];
  return shown.map((answer) => names.reduce((value, name) => name(value), rename(answer, played.ns, now)));
};

const withoutNoise = ({ status, headers, body }: Answer): Normal => ({
  status,
  headers: Object.fromEntries(
    HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  ),
  body,
});

const rename = (answer: Normal, ns: string, now: number): Normal =>
  mapTexts(answer, (text) =>
    withoutTokens(withoutTimes(text, now))
      .replaceAll(ns, '{{ns}}')
      .replace(SERVER, '<server>')
      .replace(HASH, '$1<hash>')
      .replace(API_ACCESS, 'kube-api-access-<generated>'),
  ) as Normal;

/** The server's own address, in discovery. */
const SERVER = /\b(?:127\.0\.0\.1|192\.0\.2\.1|10\.0\.0\.1):\d+\b/g;
/** A digest of a document: an entity tag, or a part of an address that may be cached for ever. */
const HASH = /((?:\?hash=|^"))[0-9A-F]{64,128}/g;
const API_ACCESS = /kube-api-access-[a-z0-9]{5}\b/g;

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z/g;
const DAY = 24 * 3600_000;

/** A time of now was made by the server; any other was sent. */
const withoutTimes = (text: string, now: number): string =>
  text.replace(TIME, (time, fraction?: string) => {
    if (Math.abs(Date.parse(time) - now) > DAY) return time;
    return fraction === undefined ? '<time>' : '<micro time>';
  });

const TOKEN = /\beyJ[\w-]+\.([\w-]+)\.[\w-]+/g;

/** Of a service account's token what it says is kept, its times as how long it lasts. */
const withoutTokens = (text: string): string =>
  text.replace(TOKEN, (_, payload: string) => {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown;
    if (!isRecord(claims)) return '<token>';
    const { exp, iat, nbf: _nbf, jti: _jti, ...rest } = claims;
    return `<token ${JSON.stringify({ ...rest, lasts: Number(exp) - Number(iat) })}>`;
  });
