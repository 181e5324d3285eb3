import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  subQuantity,
} from '../schema/quantity.ts';

/** `{cpu: "500m"}`, as objects carry it. */
export type ResourceList = Readonly<Record<string, string>>;

/** The same, parsed. */
export type Amounts = ReadonlyMap<string, Quantity>;

export const NOTHING: Amounts = new Map();

export const parseAmounts = (list: ResourceList | undefined): Amounts =>
  new Map(
    Object.entries(list ?? {}).flatMap(([name, text]) => {
      const quantity = parseQuantity(text);
      return quantity === undefined ? [] : [[name, quantity] as const];
    }),
  );

export const renderAmounts = (amounts: Amounts): ResourceList =>
  Object.fromEntries([...amounts].map(([name, quantity]) => [name, formatQuantity(quantity)]));

export const addAmounts = (a: Amounts, b: Amounts): Amounts => join(a, b, addQuantity);

export const mostOf = (a: Amounts, b: Amounts): Amounts =>
  join(a, b, (one, other) => (compareQuantity(other, one) > 0 ? other : one));

/** Only these names. */
export const maskAmounts = (amounts: Amounts, names: { has(name: string): boolean }): Amounts =>
  new Map([...amounts].filter(([name]) => names.has(name)));

const join = (a: Amounts, b: Amounts, how: (one: Quantity, other: Quantity) => Quantity): Amounts => {
  const joined = new Map(a);
  for (const [name, amount] of b) {
    const known = joined.get(name);
    joined.set(name, known === undefined ? amount : how(known, amount));
  }
  return joined;
};

/** A plain number. */
export const scalar = (value: number): Quantity => ({
  unscaled: BigInt(value),
  scale: 0,
  format: 'DecimalSI',
});

const ZERO = scalar(0);

/** How much more `a` is, by name; never less than nothing. */
export const growth = (a: Amounts, b: Amounts): Amounts =>
  new Map(
    [...a].map(([name, amount]) => {
      const more = subQuantity(amount, b.get(name) ?? ZERO);
      return [name, compareQuantity(more, ZERO) > 0 ? more : ZERO];
    }),
  );

export const withoutZeros = (amounts: Amounts): Amounts =>
  new Map([...amounts].filter(([, amount]) => compareQuantity(amount, ZERO) !== 0));

/** The names of which there is more than allowed. */
export const exceeding = (amounts: Amounts, most: Amounts): ReadonlySet<string> =>
  new Set(
    [...amounts]
      .filter(([name, amount]) => {
        const limit = most.get(name);
        return limit !== undefined && compareQuantity(amount, limit) > 0;
      })
      .map(([name]) => name),
  );

/** `cpu=2,memory=1Gi`, by name. */
export const describeAmounts = (amounts: Amounts): string =>
  [...amounts]
    .map(([name, amount]) => `${name}=${formatQuantity(amount)}`)
    .toSorted()
    .join(',');

export const equalAmounts = (a: Amounts, b: Amounts): boolean =>
  a.size === b.size &&
  [...a].every(([name, amount]) => {
    const other = b.get(name);
    return other !== undefined && compareQuantity(amount, other) === 0;
  });
