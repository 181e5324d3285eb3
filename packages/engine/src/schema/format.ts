import { isIP, isIPv4, isIPv6 } from 'node:net';
import { parseDuration } from './duration.ts';

const UUID = (version: string, variant: string) =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i');
const HEX = '[0-9a-f]';

const matches =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);

const SCALA_DURATION = /\d+\s*(?:ns|nano|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|wk|week)/i;
const DATE_TIME =
  /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)$/i;

/** String formats that Kubernetes 1.34 checks in custom resources, names without dashes. Its `k8s-…` formats come with 1.35. */
const FORMATS = new Map<string, (text: string) => boolean>([
  ['bsonobjectid', matches(/^[0-9a-f]{24}$/i)],
  ['uri', (text) => URL.canParse(text) || /^\/[^\s]*$/.test(text)],
  ['email', matches(/^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+$/)],
  ['hostname', isHostname],
  ['ipv4', isIPv4],
  ['ipv6', isIPv6],
  ['cidr', isCidr],
  ['mac', matches(/^([0-9a-f]{2}[:-]){5}([0-9a-f]{2}[:-]?)?([0-9a-f]{2})$|^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i)],
  ['uuid', matches(UUID(HEX, HEX))],
  ['uuid3', matches(UUID('3', HEX))],
  ['uuid4', matches(UUID('4', '[89ab]'))],
  ['uuid5', matches(UUID('5', '[89ab]'))],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', (text) => /^\d{13,19}$/.test(text.replace(/[^0-9]/g, ''))],
  ['ssn', matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/)],
  ['hexcolor', matches(/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i)],
  ['rgbcolor', isRgb],
  ['byte', matches(/^(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)],
  ['password', () => true],
  ['date', isDate],
  ['duration', (text) => parseDuration(text) !== undefined || SCALA_DURATION.test(text)],
  ['datetime', (text) => DATE_TIME.test(text) && isDate(text.slice(0, 10))],
]);

/** Whether a text has a format; undefined when the format is one that is not checked. */
export const formatCheck = (format: string | undefined): ((text: string) => boolean) | undefined =>
  format === undefined ? undefined : FORMATS.get(format.replaceAll('-', ''));

function isHostname(text: string): boolean {
  const labels = text.split('.');
  if (text.length > 255 || labels.some((label) => label.length > 63)) return false;
  // One label alone may have one dash, and only after its first character.
  if (labels.length === 1) return /^[\p{L}\p{S}0-9](?:-?[\p{L}\p{S}0-9]{0,62})?$/u.test(text);
  const word = /^[\p{L}\p{S}0-9](?:[\p{L}\p{S}0-9-]*[\p{L}\p{S}0-9])?$/u;
  return labels.every((label) => word.test(label)) && /^[\p{L}]{2,63}$/u.test(labels.at(-1) ?? '');
}

function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isRgb(text: string): boolean {
  const [, ...parts] = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text) ?? [];
  return parts.length === 3 && parts.every((part) => Number(part) <= 255);
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce(
    (total, digit, at) => total + (10 - at) * (digit === 'X' ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  return (
    [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0) % 10 === 0
  );
}
