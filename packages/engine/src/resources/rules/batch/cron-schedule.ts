import { DurationError, readDuration } from '../../../schema/duration.ts';

/** One of the five parts of a schedule, and what may stand for its numbers. */
interface Part {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const PARTS: readonly Part[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];

const WORDS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const EVERY = '@every ';

/** What is wrong with a schedule, in the words of the library that Kubernetes reads it with; undefined for nothing. */
export const scheduleFault = (schedule: string): string | undefined => {
  const text = schedule.replace(/^(CRON_)?TZ=\S* */, '').trim();
  if (text.startsWith('@')) return descriptorFault(text);
  const fields = text.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== PARTS.length) {
    return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  }
  for (const [index, part] of PARTS.entries()) {
    const fault = fieldFault(fields[index] as string, part);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

const descriptorFault = (text: string): string | undefined => {
  if (WORDS.includes(text)) return undefined;
  if (!text.startsWith(EVERY)) return `unrecognized descriptor: ${text}`;
  try {
    readDuration(text.slice(EVERY.length));
    return undefined;
  } catch (error) {
    if (error instanceof DurationError) return `failed to parse duration ${text}: ${error.message}`;
    throw error;
  }
};

const fieldFault = (field: string, part: Part): string | undefined => {
  for (const range of field.split(',')) {
    const fault = range === '' ? undefined : rangeFault(range, part);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

/** `5`, `mon-fri`, `*` + `/15`. */
const rangeFault = (range: string, part: Part): string | undefined => {
  const [limits = '', ...steps] = range.split('/');
  const [low = '', ...high] = limits.split('-');
  const any = low === '*' || low === '?';
  const from = any ? part.min : numberOf(low, part.names);
  if (typeof from === 'string') return from;
  if (!any && high.length > 1) return `too many hyphens: ${range}`;
  const given = any || high.length === 0 ? from : numberOf(high[0] as string, part.names);
  if (typeof given === 'string') return given;
  if (steps.length > 1) return `too many slashes: ${range}`;
  const step = steps.length === 0 ? 1 : numberOf(steps[0] as string);
  if (typeof step === 'string') return step;
  const to = any || (steps.length > 0 && high.length === 0) ? part.max : given;
  return boundsFault({ from, to, step, range }, part);
};

const boundsFault = (
  {
    from,
    to,
    step,
    range,
  }: { readonly from: number; readonly to: number; readonly step: number; readonly range: string },
  { min, max }: Part,
): string | undefined => {
  if (from < min) return `beginning of range (${from}) below minimum (${min}): ${range}`;
  if (to > max) return `end of range (${to}) above maximum (${max}): ${range}`;
  if (from > to) return `beginning of range (${from}) beyond end of range (${to}): ${range}`;
  return step === 0 ? `step of range should be a positive number: ${range}` : undefined;
};

/** A number, or what is wrong with the text. */
const numberOf = (text: string, names: readonly string[] = []): number | string => {
  const name = names.indexOf(text.toLowerCase());
  if (name >= 0) return names === MONTHS ? name + 1 : name;
  if (!/^[+-]?\d+$/.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  }
  const number = Number(text);
  return number < 0 ? `negative number (${number}) not allowed: ${text}` : number;
};
