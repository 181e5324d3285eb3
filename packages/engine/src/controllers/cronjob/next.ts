import { type Fields, parseSchedule, type Schedule } from './schedule.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** A schedule in a time zone, by its IANA name. Throws `ScheduleError`, and `RangeError` for an unknown zone. */
export function openSchedule(text: string, zone = 'UTC'): Schedule {
  const spoken = parseSchedule(text);
  if (spoken.kind === 'every') {
    const { milliseconds } = spoken;
    return { next: (time) => Math.floor(time / second) * second + milliseconds };
  }
  const place = spoken.zone ?? zone;
  offsetAt(0, place); // An unknown zone is told now, not at the first question.
  return { next: (time) => new Search(spoken.fields, place).after(time) };
}

/** Milliseconds by which a zone is ahead of UTC. */
const offsetAt = (time: number, zone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;

/**
 * Goes on from a moment, field by field from the month down, until all fit. Whether an hour that the
 * clocks leave out or repeat counts is decided by this order: it is the one of the library that
 * Kubernetes uses, and so are the answers.
 */
class Search {
  readonly #fields: Fields;
  readonly #zone: string;
  #time = 0;
  /** The finer fields have been set back to their beginning. */
  #reset = false;

  constructor(fields: Fields, zone: string) {
    this.#fields = fields;
    this.#zone = zone;
  }

  after(time: number): number | undefined {
    this.#time = Math.floor(time / second) * second + second;
    const last = this.#local().year + 5;
    while (this.#local().year <= last) {
      if (
        this.#findMonth() &&
        this.#findDay() &&
        this.#findHour() &&
        this.#findMinute() &&
        this.#findSecond()
      )
        return this.#time;
    }
    return undefined;
  }

  /** Each gives false when the search passed the end of the next larger unit, and has to begin anew. */
  #findMonth(): boolean {
    while (!this.#fields.month.values.has(this.#local().month)) {
      const { year, month, day, ...time } = this.#beginning();
      this.#set(Date.UTC(year, month, this.#reset ? day : 1, time.hours, time.minutes, time.seconds));
      this.#reset = true;
      if (this.#local().month === 1) return false;
    }
    return true;
  }

  #findDay(): boolean {
    while (!this.#isDay()) {
      const { year, month, day, hours, minutes, seconds } = this.#beginning();
      this.#reset = true;
      this.#set(Date.UTC(year, month - 1, day + 1, hours, minutes, seconds));
      // Where the clocks leave out midnight.
      const late = this.#local().hours;
      if (late !== 0) this.#time += late > 12 ? (24 - late) * hour : -late * hour;
      if (this.#local().day === 1) return false;
    }
    return true;
  }

  /** Either of the two days will do, unless one of them is any. */
  #isDay(): boolean {
    const { day, weekday } = this.#fields;
    const local = this.#local();
    const [isDay, isWeekday] = [day.values.has(local.day), weekday.values.has(local.weekday)];
    return day.any || weekday.any ? isDay && isWeekday : isDay || isWeekday;
  }

  #findHour(): boolean {
    while (!this.#fields.hour.values.has(this.#local().hours)) {
      if (!this.#reset) {
        const { year, month, day, hours } = this.#local();
        this.#set(Date.UTC(year, month - 1, day, hours));
      }
      this.#reset = true;
      this.#time += hour;
      if (this.#local().hours === 0) return false;
    }
    return true;
  }

  #findMinute(): boolean {
    while (!this.#fields.minute.values.has(this.#local().minutes)) {
      if (!this.#reset) this.#time = Math.floor(this.#time / minute) * minute;
      this.#reset = true;
      this.#time += minute;
      if (this.#local().minutes === 0) return false;
    }
    return true;
  }

  #findSecond(): boolean {
    const { seconds } = this.#local();
    if (seconds === 0) return true;
    this.#reset = true;
    this.#time += (60 - seconds) * second;
    return false;
  }

  /** The present day; from its midnight when nothing has been set back yet. */
  #beginning() {
    const local = this.#local();
    return this.#reset ? local : { ...local, hours: 0, minutes: 0, seconds: 0 };
  }

  /** What a clock in the zone shows. */
  #local() {
    const shown = new Date(this.#time + offsetAt(this.#time, this.#zone));
    return {
      year: shown.getUTCFullYear(),
      month: shown.getUTCMonth() + 1,
      day: shown.getUTCDate(),
      weekday: shown.getUTCDay(),
      hours: shown.getUTCHours(),
      minutes: shown.getUTCMinutes(),
      seconds: shown.getUTCSeconds(),
    };
  }

  /** The moment at which a clock in the zone shows this; `shown` is that time as if it were in UTC. */
  #set(shown: number): void {
    const guess = shown - offsetAt(shown, this.#zone);
    this.#time = shown - offsetAt(guess, this.#zone);
  }
}
