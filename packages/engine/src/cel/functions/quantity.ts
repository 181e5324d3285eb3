import {
  addQuantity,
  compareQuantity,
  type Quantity as Amount,
  QuantityError,
  readQuantity,
  subQuantity,
} from '../../schema/quantity.ts';
import type { Row } from '../overload.ts';
import { CelError, Opaque } from '../value.ts';
import { reads } from './address.ts';

class Quantity extends Opaque {
  readonly type = 'kubernetes.Quantity';
  readonly amount: Amount;

  constructor(amount: Amount) {
    super();
    this.amount = amount;
  }

  equals(other: Quantity): boolean {
    return compareQuantity(this.amount, other.amount) === 0;
  }
}

/** Exponents come from strangers, and sums are exact: what is beyond this many digits is no quantity of anything. */
const MOST_DIGITS = 1000;

const read = (text: string): Quantity => {
  try {
    const amount = readQuantity(text);
    if (Math.abs(amount.scale) <= MOST_DIGITS) return new Quantity(amount);
    throw new CelError('quantity is out of range');
  } catch (error) {
    if (error instanceof QuantityError) throw new CelError(error.message);
    throw error;
  }
};

const whole = ({ amount }: Quantity): bigint | undefined => {
  const unit = 10n ** BigInt(Math.max(0, amount.scale));
  const value = amount.scale > 0 ? amount.unscaled / unit : amount.unscaled * 10n ** BigInt(-amount.scale);
  const exact = amount.scale <= 0 || value * unit === amount.unscaled;
  return exact && BigInt.asIntN(64, value) === value ? value : undefined;
};

const toInteger = (quantity: Quantity): bigint => {
  const value = whole(quantity);
  if (value === undefined) throw new CelError('cannot convert value to integer');
  return value;
};

const ofInt = (value: bigint): Amount => ({ unscaled: value, scale: 0, format: 'DecimalSI' });
const signOf = ({ amount: { unscaled } }: Quantity): bigint =>
  unscaled > 0n ? 1n : unscaled < 0n ? -1n : 0n;
const order = (a: Quantity, b: Quantity): number => compareQuantity(a.amount, b.amount);

export const QUANTITIES: readonly Row[] = [
  ['string_to_quantity', 'quantity: (string) -> Quantity', read],
  ['is_quantity_string', 'isQuantity: (string) -> bool', (text: string) => reads(read, text)],
  ['quantity_sign', 'sign: Quantity.() -> int', signOf],
  [
    'quantity_is_greater_than',
    'isGreaterThan: Quantity.(Quantity) -> bool',
    (a: Quantity, b: Quantity) => order(a, b) > 0,
  ],
  [
    'quantity_is_less_than',
    'isLessThan: Quantity.(Quantity) -> bool',
    (a: Quantity, b: Quantity) => order(a, b) < 0,
  ],
  [
    'quantity_compare_to',
    'compareTo: Quantity.(Quantity) -> int',
    (a: Quantity, b: Quantity) => BigInt(order(a, b)),
  ],
  [
    'quantity_get_float',
    'asApproximateFloat: Quantity.() -> double',
    ({ amount }: Quantity) => Number(`${amount.unscaled}e${-amount.scale}`),
  ],
  ['quantity_get_int', 'asInteger: Quantity.() -> int', toInteger],
  [
    'quantity_is_integer',
    'isInteger: Quantity.() -> bool',
    (quantity: Quantity) => whole(quantity) !== undefined,
  ],
  [
    'quantity_add',
    'add: Quantity.(Quantity) -> Quantity',
    (a: Quantity, b: Quantity) => new Quantity(addQuantity(a.amount, b.amount)),
  ],
  [
    'quantity_add_int',
    'add: Quantity.(int) -> Quantity',
    (a: Quantity, b: bigint) => new Quantity(addQuantity(a.amount, ofInt(b))),
  ],
  [
    'quantity_sub',
    'sub: Quantity.(Quantity) -> Quantity',
    (a: Quantity, b: Quantity) => new Quantity(subQuantity(a.amount, b.amount)),
  ],
  [
    'quantity_sub_int',
    'sub: Quantity.(int) -> Quantity',
    (a: Quantity, b: bigint) => new Quantity(subQuantity(a.amount, ofInt(b))),
  ],
];
