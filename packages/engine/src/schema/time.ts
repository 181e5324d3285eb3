/** A text is no time; the message is that of Go's `time.Parse`. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

const SECONDS = '2006-01-02T15:04:05Z07:00';
const MICROS = '2006-01-02T15:04:05.000000Z07:00';

/**
 * `metav1.Time`: any RFC 3339 time, written in UTC to the second. Undefined for Go's zero time,
 * which is written as null. Throws `TimeError`.
 */
export const readTime = (text: string): string | undefined => new TimeReader(text, SECONDS).read();

/** `metav1.MicroTime`: six digits of fraction, no more and no fewer. Throws `TimeError`. */
export const readMicroTime = (text: string): string | undefined => new TimeReader(text, MICROS).read();

/** The canonical form; undefined when it is none. */
export function canonicalTime(text: string): string | undefined {
  try {
    return readTime(text);
  } catch (error) {
    if (error instanceof TimeError) return undefined;
    throw error;
  }
}

/** Reads from left to right, so that an error names the very element that Go would name. */
class TimeReader {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;
  #micros = '';

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  read(): string | undefined {
    const year = Number(this.#take(/^\d{4}/, '2006'));
    const month = this.#number('-', '01', { name: 'month', min: 1, max: 12 });
    const day = this.#number('-', '02');
    const hour = this.#number('T', '15', { name: 'hour', min: 0, max: 23 });
    const minute = this.#number(':', '04', { name: 'minute', min: 0, max: 59 });
    const second = this.#number(':', '05', { name: 'second', min: 0, max: 59 });
    this.#fraction();
    const offset = this.#zone();
    if (this.#rest !== '') this.#fail(`: extra text: ${quote(this.#rest)}`);
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    if (day < 1 || date.getUTCDate() !== day) this.#fail(': day out of range');
    date.setUTCHours(hour, minute - offset, second);
    return this.#render(date);
  }

  #render(date: Date): string | undefined {
    if (date.getUTCFullYear() === 1 && date.getTime() === ZERO) return undefined;
    const seconds = date.toISOString().slice(0, 19);
    return this.#layout === MICROS ? `${seconds}.${this.#micros}Z` : `${seconds}Z`;
  }

  #number(prefix: string, element: string, range?: { name: string; min: number; max: number }): number {
    if (!this.#rest.startsWith(prefix)) this.#fail(cannotParse(this.#layout, this.#rest, prefix));
    this.#rest = this.#rest.slice(prefix.length);
    const value = Number(this.#take(element === '15' ? /^\d{1,2}/ : /^\d{2}/, element));
    if (range !== undefined && (value < range.min || value > range.max))
      this.#fail(`: ${range.name} out of range`);
    return value;
  }

  #fraction(): void {
    if (this.#layout === MICROS) this.#micros = this.#take(/^[.,]\d{6}/, '.000000').slice(1);
    else this.#rest = this.#rest.replace(/^[.,]\d+/, '');
  }

  /** Minutes east of Greenwich. */
  #zone(): number {
    if (this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      return 0;
    }
    const zone = this.#take(/^[+-]\d\d:\d\d/, 'Z07:00');
    const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
    if (hours > 24) this.#fail(': time zone offset hour out of range');
    if (minutes > 60) this.#fail(': time zone offset minute out of range');
    return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  #take(pattern: RegExp, element: string): string {
    const found = pattern.exec(this.#rest)?.[0];
    if (found === undefined) return this.#fail(cannotParse(this.#layout, this.#rest, element));
    this.#rest = this.#rest.slice(found.length);
    return found;
  }

  #fail(words: string): never {
    throw new TimeError(`parsing time ${quote(this.#text)}${words}`);
  }
}

const ZERO = Date.parse('0001-01-01T00:00:00Z');

const cannotParse = (layout: string, rest: string, element: string): string =>
  ` as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element)}`;

const quote = (text: string): string => JSON.stringify(text);
