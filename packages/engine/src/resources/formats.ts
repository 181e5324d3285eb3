import { isIP } from 'node:net';

/** Says what is wrong with a text, in the words of Kubernetes (apimachinery, util/validation). */
export type Format = (text: string) => readonly string[];

const FINE: readonly string[] = [];

/** At most so many bytes, and of this shape. */
const shaped = (given: {
  readonly limit?: number;
  readonly shape: RegExp;
  readonly words: string;
}): Format => {
  const { limit = Number.POSITIVE_INFINITY, shape, words } = given;
  return (text) => {
    const fits = text.length <= limit / 4 || Buffer.byteLength(text) <= limit;
    if (fits && shape.test(text)) return FINE;
    return [...(fits ? [] : [tooManyCharacters(limit)]), ...(shape.test(text) ? [] : [words])];
  };
};

const tooManyCharacters = (limit: number): string => `must be no more than ${limit} characters`;

const expression = (words: string, shape: string, examples: readonly string[]): string => {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${words} (e.g. ${shown}regex used for validation is '${shape}')`;
};

const whole = (shape: string): RegExp => new RegExp(`^${shape}$`);

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const UNDERSCORED = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

/** RFC 1123, 2.1: one label of a host name. */
export const dnsLabel: Format = (text) => {
  const faults = label(text);
  const dotted = faults.length > 0 && subdomainShape.test(text) && text.includes('.');
  return dotted
    ? faults.map((fault) => (fault.startsWith('a lowercase') ? 'must not contain dots' : fault))
    : faults;
};

const subdomainShape = whole(SUBDOMAIN);

const label = shaped({
  limit: 63,
  shape: whole(LABEL),
  words: expression(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    LABEL,
    ['my-name', '123-abc'],
  ),
});

/** RFC 1035, 2.3.1: a label that begins with a letter. */
export const dnsLabel1035 = shaped({
  limit: 63,
  shape: whole(LABEL_1035),
  words: expression(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    LABEL_1035,
    ['my-name', 'abc-123'],
  ),
});

export const dnsSubdomain = shaped({
  limit: 253,
  shape: subdomainShape,
  words: expression(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    SUBDOMAIN,
    ['example.com'],
  ),
});

/** The same, where labels may begin with an underscore (RFC 2782). */
export const underscoredSubdomain = shaped({
  limit: 253,
  shape: whole(`${UNDERSCORED}(\\.${UNDERSCORED})*`),
  words: expression(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
    `${UNDERSCORED}(\\.${UNDERSCORED})*`,
    ['example.com'],
  ),
});

/** A host name whose first label is any (RFC 1034, 4.3.3). */
export const wildcardSubdomain = shaped({
  limit: 253,
  shape: whole(`\\*\\.${SUBDOMAIN}`),
  words: expression(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    `\\*\\.${SUBDOMAIN}`,
    ['*.example.com'],
  ),
});

/** What may stand in a path as one segment. */
export const pathSegment: Format = (name) => {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  const found = ['/', '%'].filter((character) => name.includes(character));
  return found.map((character) => `may not contain '${character}'`);
};

const QUALIFIED_WORDS = expression(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  QUALIFIED,
  ['MyName', 'my.name', '123-abc'],
);

const qualifiedPart = shaped({ limit: 63, shape: whole(QUALIFIED), words: QUALIFIED_WORDS });
const qualifiedShape = whole(QUALIFIED);

/** `name` or `example.com/name`: keys of labels and annotations, finalizers, resources. */
export const qualifiedName: Format = (text) => {
  if (text.length < 64 && qualifiedShape.test(text)) return FINE;
  const parts = text.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${QUALIFIED_WORDS} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [prefix, name] = parts.length === 1 ? [undefined, text] : (parts as [string, string]);
  return [...prefixFaults(prefix), ...nameFaults(name)];
};

const prefixFaults = (prefix: string | undefined): string[] => {
  if (prefix === undefined) return [];
  if (prefix === '') return ['prefix part must be non-empty'];
  return dnsSubdomain(prefix).map((fault) => `prefix part ${fault}`);
};

const nameFaults = (name: string): string[] => [
  ...(name === '' ? ['name part must be non-empty'] : []),
  ...qualifiedPart(name).map((fault) => `name part ${fault}`),
];

export const labelValue = shaped({
  limit: 63,
  shape: whole(`(${QUALIFIED})?`),
  words: expression(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    `(${QUALIFIED})?`,
    ['MyValue', 'my_value', '12345'],
  ),
});

/** Names that are folders, too, when they are mounted. */
const folderFaults: Format = (text) => {
  if (text === '.') return ["must not be '.'"];
  if (text === '..') return ["must not be '..'"];
  return text.startsWith('..') ? ["must not start with '..'"] : FINE;
};

const keyShape = shaped({
  limit: 253,
  shape: /^[-._a-zA-Z0-9]+$/,
  words: expression(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    '[-._a-zA-Z0-9]+',
    ['key.name', 'KEY_NAME', 'key-name'],
  ),
});

/** A key of a ConfigMap or a Secret. */
export const configMapKey: Format = (text) => [...keyShape(text), ...folderFaults(text)];

/** Any printable ASCII but `=`. */
export const environmentName: Format = (text) => {
  if (text === '') return ['environment variable name must be non-empty'];
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(text)) return FINE;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

export const headerName = shaped({
  shape: /^[-A-Za-z0-9]+$/,
  words: expression("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', [
    'X-Header-Name',
  ]),
});

export const percent = shaped({
  shape: /^[0-9]+%$/,
  words: expression("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', [
    '1%',
    '93%',
  ]),
});

/** RFC 6335, 5.1: the name of a service, by which a port can be called. */
export const portName: Format = (text) => {
  if (/^[a-z]{1,15}$/.test(text)) return FINE;
  return [
    ...(Buffer.byteLength(text) > 15 ? [tooManyCharacters(15)] : []),
    ...(/^[-a-z0-9]+$/.test(text)
      ? []
      : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
    ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/.test(text) ? ['must not begin or end with a hyphen'] : []),
  ];
};

/** Kubernetes takes leading zeros in the parts of an IPv4 address. */
export const ipAddress: Format = (text) =>
  isIP(text.replace(/(^|\.)0+(?=\d)/g, '$1')) === 0 || text.includes('%')
    ? ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']
    : FINE;

const between = (from: number, to: number): ((value: number) => readonly string[]) => {
  const words = [`must be between ${from} and ${to}, inclusive`];
  return (value) => (value >= from && value <= to ? FINE : words);
};

export const portNumber = between(1, 65_535);
/** Of users and of groups. */
export const userNumber = between(0, 2_147_483_647);
/** A deadline in seconds. */
export const positiveInt32 = between(1, 2_147_483_647);
