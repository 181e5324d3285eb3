import { goNumber } from '../../schema/go-text.ts';
import {
  CelError,
  type CelList,
  type CelMap,
  Duration,
  isList,
  isMap,
  itemsOf,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from '../value.ts';
import { renderSeconds, renderTimestamp } from './conversions.ts';

const CLAUSE = /%(?:%|(?:\.(\d+))?([a-zA-Z]))/g;
const MOST_PLACES = 1000;

/** `'%s is %.2f'.format([…])` of the strings extension. */
export const format = (text: string, args: CelList): string => {
  let used = 0;
  const out = text.replace(CLAUSE, (_, places: string | undefined, verb: string | undefined) => {
    if (verb === undefined) return '%';
    if (used >= args.length) throw new CelError(`index ${used} out of range`);
    return clause({ verb, places, value: args.at(used++) });
  });
  if (/%(?![%.a-zA-Z])|%$/.test(text.replace(CLAUSE, '')))
    throw new CelError('could not parse formatting clause');
  if (used < args.length)
    throw new CelError(`too many arguments supplied to string.format (expected ${used}, got ${args.length})`);
  return out;
};

interface Clause {
  readonly verb: string;
  readonly places: string | undefined;
  readonly value: Value;
}

const clause = ({ verb, places, value }: Clause): string => {
  switch (verb) {
    case 's':
      return renderValue(value);
    case 'd':
      return decimal(value);
    case 'f':
      return fixed(value, placesOf(places));
    case 'e':
      return scientific(value, placesOf(places));
    case 'b':
      return binary(value);
    case 'x':
      return hexadecimal(value);
    case 'X':
      return hexadecimal(value).toUpperCase();
    case 'o':
      return whole(value, 'octal').toString(8);
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
};

const placesOf = (places = '6'): number => Math.min(Number(places), MOST_PLACES);

/** As `%s` writes it; in lists and maps strings are quoted. */
export const renderValue = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (typeof value === 'number') return goNumber(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return renderTimestamp(value);
  if (value instanceof Duration) return renderSeconds(value);
  if (value instanceof TypeValue) return value.type;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (isList(value)) return `[${[...itemsOf(value)].map(renderInner).join(', ')}]`;
  if (isMap(value)) return renderMap(value);
  if (typeof value === 'object')
    throw wrong(
      'string clause',
      'strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
      value,
    );
  return String(value);
};

const renderMap = (map: CelMap): string => {
  const entries = map.keys().map((key) => `${renderInner(key)}:${renderInner(map.get(key) ?? null)}`);
  return `{${entries.sort().join(', ')}}`;
};

const renderInner = (value: Value): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return value.toFixed(6);
  if (value instanceof Timestamp || value instanceof Duration) {
    return `${value instanceof Timestamp ? 'timestamp' : 'duration'}(${JSON.stringify(renderValue(value))})`;
  }
  return value instanceof Uint8Array ? `b${JSON.stringify(renderValue(value))}` : renderValue(value);
};

const wrong = (clauseName: string, takes: string, value: Value): CelError =>
  new CelError(`${clauseName} can only be used on ${takes}, was given ${typeNameOf(value)}`);

const whole = (value: Value, name: string): bigint => {
  if (value instanceof Uint) return value.value;
  if (typeof value === 'bigint') return value;
  throw wrong(`${name} clause`, 'integers', value);
};

const decimal = (value: Value): string => whole(value, 'decimal').toString();

const SPECIAL: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

const doubleOf = (value: Value, name: string): number => {
  const special = SPECIAL.get(value);
  if (special !== undefined) return special;
  if (typeof value === 'number') return value;
  throw wrong(`${name} clause`, 'doubles', value);
};

const fixed = (value: Value, places: number): string => {
  const number = doubleOf(value, 'fixed-point');
  return Number.isFinite(number) ? number.toFixed(Math.min(places, 100)) : special(number);
};

const special = (number: number): string => (Number.isNaN(number) ? 'NaN' : number > 0 ? '∞' : '-∞');

const scientific = (value: Value, places: number): string => {
  const number = doubleOf(value, 'scientific');
  if (!Number.isFinite(number)) return special(number);
  return number.toExponential(Math.min(places, 100)).replace(/e([+-])(\d)$/, 'e$10$2');
};

const binary = (value: Value): string => {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return whole(value, 'binary').toString(2);
};

const hexadecimal = (value: Value): string => {
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  return value instanceof Uint8Array
    ? Buffer.from(value).toString('hex')
    : whole(value, 'hexadecimal').toString(16);
};
