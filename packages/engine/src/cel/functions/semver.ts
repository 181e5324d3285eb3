import type { Row } from '../overload.ts';
import { CelError, Opaque } from '../value.ts';
import { reads } from './address.ts';

class Semver extends Opaque {
  readonly type = 'kubernetes.Semver';
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];
  readonly build: string;

  constructor(numbers: readonly bigint[], pre: readonly string[], build: string) {
    super();
    this.numbers = numbers;
    this.pre = pre;
    this.build = build;
  }

  equals(other: Semver): boolean {
    return order(this, other) === 0;
  }
}

const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

/** Semantic Versioning 2.0. */
const read = (text: string): Semver => {
  const match = VERSION.exec(text);
  if (match === null) throw new CelError(whyNot(text));
  const [, major = '', minor = '', patch = '', pre, build = ''] = match;
  return new Semver([major, minor, patch].map(BigInt), pre?.split('.') ?? [], build);
};

const whyNot = (text: string): string => {
  if (text === '') return 'Version string empty';
  const parts = text.split('.');
  if (parts.length < 3) return 'No Major.Minor.Patch elements found';
  const names = ['major', 'minor', 'patch'];
  const stray = parts.slice(0, 2).findIndex((part) => !/^\d+$/.test(part));
  if (stray >= 0)
    return `Invalid character(s) found in ${names[stray]} number ${JSON.stringify(parts[stray])}`;
  const zero = parts.slice(0, 2).findIndex((part) => /^0\d/.test(part));
  if (zero >= 0) {
    const name = (names[zero] ?? '').replace(/^./, (letter) => letter.toUpperCase());
    return `${name} number must not contain leading zeroes ${JSON.stringify(parts[zero])}`;
  }
  return `Invalid character(s) found in patch number ${JSON.stringify(parts[2])}`;
};

/** Takes `v1`, `1.2` and `01.2.3`, too. */
const readLoosely = (text: string): Semver => {
  const [major = '', minor, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [
    major,
    ...(minor === undefined ? [] : [minor]),
    ...(rest.length > 0 ? [rest.join('.')] : []),
  ];
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) {
    throw new CelError('short version cannot contain PreRelease/Build meta data');
  }
  const clean = parts.map((part) => (part.length > 1 ? part.replace(/^0+(?=\d)/, '') : part));
  return read([...clean, '0', '0'].slice(0, 3).join('.'));
};

const order = (a: Semver, b: Semver): number => {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  return orderPre(a.pre, b.pre);
};

const orderPre = (a: readonly string[], b: readonly string[]): number => {
  const at = a.findIndex((part, index) => part !== b[index]);
  const [x, y] = [a[at], b[at]];
  if (x === undefined || y === undefined) return Math.sign(a.length - b.length);
  const [m, n] = [/^\d+$/.test(x), /^\d+$/.test(y)];
  if (m !== n) return m ? -1 : 1;
  if (m) return BigInt(x) < BigInt(y) ? -1 : 1;
  return x < y ? -1 : 1;
};

const reading = (loose: boolean) => (loose ? readLoosely : read);

export const SEMVER: readonly Row[] = [
  ['string_to_semver', 'semver: (string) -> Semver', read],
  [
    'string_bool_to_semver',
    'semver: (string, bool) -> Semver',
    (text: string, loose: boolean) => reading(loose)(text),
  ],
  ['is_semver_string', 'isSemver: (string) -> bool', (text: string) => reads(read, text)],
  [
    'is_semver_string_bool',
    'isSemver: (string, bool) -> bool',
    (text: string, loose: boolean) => reads(reading(loose), text),
  ],
  [
    'semver_is_greater_than',
    'isGreaterThan: Semver.(Semver) -> bool',
    (a: Semver, b: Semver) => order(a, b) > 0,
  ],
  ['semver_is_less_than', 'isLessThan: Semver.(Semver) -> bool', (a: Semver, b: Semver) => order(a, b) < 0],
  ['semver_compare_to', 'compareTo: Semver.(Semver) -> int', (a: Semver, b: Semver) => BigInt(order(a, b))],
  ['semver_major', 'major: Semver.() -> int', ({ numbers }: Semver) => numbers[0] ?? 0n],
  ['semver_minor', 'minor: Semver.() -> int', ({ numbers }: Semver) => numbers[1] ?? 0n],
  ['semver_patch', 'patch: Semver.() -> int', ({ numbers }: Semver) => numbers[2] ?? 0n],
];
