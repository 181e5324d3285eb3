/**
 * Kubernetes' quantities (`500m`, `1.5Gi`, `12e6`), exact in any size (apimachinery, api/resource).
 */
export interface Quantity {
  /** The value is `unscaled × 10^-scale`. */
  readonly unscaled: bigint;
  readonly scale: number;
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
  /** How it was written, where Kubernetes keeps that as canonical. */
  readonly text?: string;
}

const SHAPE = /^[+-]?0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const DECIMAL = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const DECIMAL_SUFFIX = new Map([...DECIMAL].map(([suffix, exponent]) => [exponent, suffix]));
const BINARY_SUFFIX = new Map([...BINARY].map(([suffix, exponent]) => [exponent / 10, suffix]));

const MAX_INT64 = 2n ** 63n - 1n;
const NANO = 9;

/** Why a text is no quantity, in Kubernetes' words. */
export const QUANTITY_FORMAT_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_ERROR = "unable to parse quantity's suffix";
const NUMBER_ERROR = 'unable to parse numeric part of quantity';

export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

/** Undefined when it is none. */
export function parseQuantity(text: string | number | bigint): Quantity | undefined {
  try {
    return readQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

/** Throws `QuantityError` with Kubernetes' message. */
export function readQuantity(value: string | number | bigint): Quantity {
  const text = (typeof value === 'number' ? plain(value) : String(value)).trim();
  const match = text === '' ? null : SHAPE.exec(text);
  if (match === null) throw new QuantityError(QUANTITY_FORMAT_ERROR);
  const [, whole = '', fraction = '', suffix = ''] = match;
  const unit = unitOf(suffix);
  if (unit === undefined) throw new QuantityError(SUFFIX_ERROR);
  const parts = { text, negative: text.startsWith('-'), whole: whole || '0', fraction };
  return unit.format === 'BinarySI' ? binaryQuantity(parts, unit.exponent) : decimalQuantity(parts, unit);
}

type Format = Quantity['format'];

function unitOf(suffix: string): { readonly format: Format; readonly exponent: number } | undefined {
  const decimal = DECIMAL.get(suffix);
  if (decimal !== undefined) return { format: 'DecimalSI', exponent: decimal };
  const binary = BINARY.get(suffix);
  if (binary !== undefined) return { format: 'BinarySI', exponent: binary };
  if (!/^[eE][+-]?[0-9]+$/.test(suffix)) return undefined;
  return { format: 'DecimalExponent', exponent: Number(suffix.slice(1)) | 0 };
}

interface Parts {
  readonly text: string;
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

function decimalQuantity(
  parts: Parts,
  unit: { readonly format: Format; readonly exponent: number },
): Quantity {
  const digits = parts.whole + parts.fraction;
  const scale = parts.fraction.length - unit.exponent;
  const { format } = unit;
  if (scale > NANO) refuseWithoutDigits(parts);
  // Kubernetes keeps what was written when it looks canonical in its fast path.
  const kept =
    digits.length <= 18 && scale <= NANO && scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
  const quantity = roundToNano(BigInt(digits), scale);
  return { ...signed(quantity, parts.negative), format, ...(kept && { text: parts.text }) };
}

/** Kubernetes takes `.` and `k` for zero, but only where it reads fast. */
function refuseWithoutDigits(parts: Parts): void {
  if (!/^[+-]?\.?[0-9]/.test(parts.text)) throw new QuantityError(NUMBER_ERROR);
}

function binaryQuantity(parts: Parts, exponent: number): Quantity {
  const digits = BigInt(parts.whole + parts.fraction);
  const precision = 15 - parts.whole.length - Math.trunc((exponent * 3) / 10) - 1;
  const fast = parts.fraction === '' && precision >= 0;
  const kept = fast && (digits & 7n) !== 0n;
  if (!fast) refuseWithoutDigits(parts);
  const exact = roundToNano(digits << BigInt(exponent), parts.fraction.length);
  const capped =
    compareParts(exact, { unscaled: MAX_INT64, scale: 0 }) > 0 ? { unscaled: MAX_INT64, scale: 0 } : exact;
  // Below one, a binary suffix would mean rounding.
  const small = compareParts(capped, { unscaled: 1n, scale: 0 }) < 0 && capped.unscaled > 0n;
  const format = small ? 'DecimalSI' : 'BinarySI';
  return { ...signed(capped, parts.negative), format, ...(kept && { text: parts.text }) };
}

type Amount = Pick<Quantity, 'unscaled' | 'scale'>;

const signed = (amount: Amount, negative: boolean): Amount =>
  negative ? { unscaled: -amount.unscaled, scale: amount.scale } : amount;

/** Nothing is finer than 10⁻⁹; what is rounds up, so that a little stays a little. */
const roundToNano = (unscaled: bigint, scale: number): Amount =>
  scale <= NANO ? { unscaled, scale } : { unscaled: roundUp({ unscaled, scale }, NANO), scale: NANO };

/** The value in units of `10^-scale`, rounded away from zero. */
function roundUp(amount: Amount, scale: number): bigint {
  const drop = amount.scale - scale;
  if (amount.unscaled === 0n) return 0n;
  if (drop <= 0) return amount.unscaled * 10n ** BigInt(-drop);
  const sign = amount.unscaled < 0n ? -1n : 1n;
  // More places than digits: all of it is below one unit.
  if (drop > digitsOf(amount.unscaled)) return sign;
  const unit = 10n ** BigInt(drop);
  const whole = amount.unscaled / unit;
  return whole * unit === amount.unscaled ? whole : whole + sign;
}

const digitsOf = (value: bigint): number => (value < 0n ? -value : value).toString().length;

/** -1, 0 or 1. */
export const compareQuantity = (a: Quantity, b: Quantity): number => compareParts(a, b);

function compareParts(a: Amount, b: Amount): number {
  const [left, right] = [a.unscaled, b.unscaled];
  if (left === 0n || right === 0n || left < 0n !== right < 0n) return order(left, right);
  const magnitude = digitsOf(left) - a.scale - (digitsOf(right) - b.scale);
  // Exponents come from strangers: never raise ten to their power before the sizes are close.
  if (magnitude !== 0) return magnitude > 0 === left > 0n ? 1 : -1;
  const scale = Math.max(a.scale, b.scale);
  return order(left * 10n ** BigInt(scale - a.scale), right * 10n ** BigInt(scale - b.scale));
}

const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** As Kubernetes writes it: `500m`, `1536Mi`. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.unscaled === 0n) return '0';
  return isBinary(quantity) ? formatBinary(quantity) : formatDecimal(quantity);
}

function isBinary(quantity: Quantity): boolean {
  if (quantity.format !== 'BinarySI') return false;
  const size = {
    unscaled: quantity.unscaled < 0n ? -quantity.unscaled : quantity.unscaled,
    scale: quantity.scale,
  };
  const whole = roundUp(size, 0);
  return (
    compareParts(size, { unscaled: 1024n, scale: 0 }) >= 0 &&
    compareParts(size, { unscaled: whole, scale: 0 }) === 0
  );
}

function formatBinary(quantity: Quantity): string {
  let value = roundUp(quantity, 0);
  let times = 0;
  while (value % 1024n === 0n) {
    value /= 1024n;
    times++;
  }
  return `${value}${BINARY_SUFFIX.get(times) ?? ''}`;
}

function formatDecimal(quantity: Quantity): string {
  let digits = quantity.unscaled.toString();
  const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
  digits = digits.slice(0, digits.length - zeros);
  const exponent = zeros - quantity.scale;
  const multiple = Math.floor(exponent / 3) * 3;
  const number = digits + '0'.repeat(exponent - multiple);
  if (quantity.format !== 'DecimalExponent') return number + (DECIMAL_SUFFIX.get(multiple) ?? '');
  return multiple === 0 ? number : `${number}e${multiple}`;
}

/** The canonical form of a text; undefined when it is no quantity. */
export function canonicalQuantity(text: string | number | bigint): string | undefined {
  const quantity = parseQuantity(text);
  return quantity && formatQuantity(quantity);
}

/** The sum, in the format of the first that is not zero. */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  const scale = Math.max(a.scale, b.scale);
  const unscaled = a.unscaled * 10n ** BigInt(scale - a.scale) + b.unscaled * 10n ** BigInt(scale - b.scale);
  return { unscaled, scale, format: a.unscaled === 0n ? b.format : a.format };
}

export const subQuantity = (a: Quantity, b: Quantity): Quantity =>
  addQuantity(a, { unscaled: -b.unscaled, scale: b.scale, format: b.format });

/** Whole units, rounded away from zero (bytes, pods). */
export const quantityValue = (quantity: Quantity): bigint => roundUp(quantity, 0);

/** Thousandths, rounded away from zero (CPU). */
export const quantityMilliValue = (quantity: Quantity): bigint => roundUp(quantity, 3);

/** A number without an exponent: `1e-7` would be another format than the `0.0000001` that was sent. */
function plain(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', first = '', rest = '', power = '0'] = match;
  const exponent = Number(power);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${first}${rest}`;
  return sign + first + rest.padEnd(exponent, '0');
}
