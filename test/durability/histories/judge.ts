import type { Asked, Expectation, Got, Happening, Seen } from './history.ts';
import { Log } from './log.ts';

type Done<To extends Asked['to']> = {
  readonly asked: Extract<Asked, { to: To }>;
  readonly begun: number;
  readonly ended: number;
  readonly got: Got;
};

/**
 * What in a history no correct server can have done. Revisions give the order of all writes; so it is enough that
 * each answer agrees with that order, and that the order agrees with the clock: what was answered before something
 * else was asked comes before it.
 */
export function judge(happenings: readonly Happening[]): string[] {
  return new Judge(happenings).faults;
}

class Judge {
  readonly faults: string[] = [];
  readonly #all: readonly Happening[];
  readonly #log = new Log((fault) => void this.faults.push(fault));
  /** By when which revision was known: both rise. */
  readonly #known: { readonly ended: number; readonly revision: number }[] = [];

  constructor(happenings: readonly Happening[]) {
    this.#all = happenings;
    this.#gather();
    this.#done('put').forEach((put) => this.#judgePut(put));
    this.#judgeDeletes();
    this.#done('get').forEach((get) => this.#judgeGet(get));
    this.#done('list').forEach((list) => this.#judgeList(list));
    this.#done('watch').forEach((watch) => this.#judgeWatch(watch));
  }

  #done<To extends Asked['to']>(to: To): Done<To>[] {
    return this.#all.filter((one) => one.asked.to === to && one.got !== undefined) as unknown as Done<To>[];
  }

  #gather(): void {
    for (const { asked, got, ended } of this.#all) {
      if (!got || ended === undefined) continue;
      if (asked.to === 'put' && got.revision !== undefined) {
        this.#log.note({ key: asked.key, revision: got.revision, text: asked.text });
      }
      for (const seen of got.objects ?? []) this.#log.note(seen);
      for (const { type, ...seen } of got.events ?? []) {
        this.#log.note(type === 'DELETED' ? { ...seen, text: undefined } : seen);
      }
      const revision = Math.max(got.revision ?? 0, ...(got.objects ?? []).map((seen) => seen.revision));
      if (asked.to !== 'watch') this.#known.push({ ended, revision });
    }
    this.#known.sort((a, b) => a.ended - b.ended);
    this.#log.sort();
  }

  /** What had been answered to anybody before that moment: nobody may be told less afterwards. */
  #floor(moment: number): number {
    let floor = 0;
    for (const { ended, revision } of this.#known) {
      if (ended >= moment) break;
      floor = Math.max(floor, revision);
    }
    return floor;
  }

  #judgePut({ asked, begun, got }: Done<'put'>): void {
    const { key, expects } = asked;
    const floor = this.#floor(begun);
    if (got.revision === undefined) return this.#judgeRefusal({ asked, begun, got });
    if (got.revision <= floor) this.#fault(asked, `got revision ${got.revision}, not above ${floor}`);
    const before = this.#log.before(key, got.revision);
    if (!fits(before, expects)) this.#fault(asked, `passed over ${JSON.stringify(before)}`);
  }

  /** A refusal is right when there was a moment for it. */
  #judgeRefusal({ asked, begun, got }: Pick<Done<'put' | 'delete'>, 'asked' | 'begun' | 'got'>): void {
    const states = this.#log.statesFrom(asked.key, this.#floor(begun));
    const reason = got.status === 404 ? (seen: Seen | undefined) => seen === undefined : undefined;
    const right = states.some(reason ?? ((seen) => !fits(seen, asked.expects)));
    if (!right) this.#fault(asked, `was refused with ${got.status} for no reason`);
  }

  /** Each deletion that was acknowledged is one event, and no two are the same. */
  #judgeDeletes(): void {
    const taken = new Set<number>();
    for (const { asked, begun, got } of this.#done('delete')) {
      if (got.status !== 200) {
        this.#judgeRefusal({ asked, begun, got });
        continue;
      }
      const floor = this.#floor(begun);
      const event = this.#log
        .of(asked.key)
        .find(
          ({ revision, text }) =>
            text === undefined &&
            revision > floor &&
            !taken.has(revision) &&
            fits(this.#log.before(asked.key, revision), asked.expects),
        );
      if (event) taken.add(event.revision);
      else this.#fault(asked, 'was acknowledged, and no watch saw it');
    }
  }

  #judgeGet({ asked, begun, got }: Done<'get'>): void {
    const states = this.#log.statesFrom(asked.key, this.#floor(begun));
    const found = got.objects?.[0];
    if (!states.some((seen) => seen?.revision === found?.revision)) {
      this.#fault(asked, `found ${JSON.stringify(found)} at ${this.#floor(begun)}`);
    }
  }

  #judgeList({ asked, begun, got }: Done<'list'>): void {
    if (got.status === 410 && asked.exactly !== undefined) return;
    const { revision = 0, objects = [] } = got;
    const least = asked.notOlderThan ?? this.#floor(begun);
    if (asked.exactly === undefined ? revision < least : revision !== asked.exactly) {
      this.#fault(asked, `shows revision ${revision}, not ${least}`);
    }
    const expected = this.#log.stateAt(asked.namespace, revision);
    const [shown, right] = [objects, expected].map((seen) => JSON.stringify(seen.map(shortOf)));
    if (shown !== right) this.#fault(asked, `at ${revision} shows ${shown}, not ${right}`);
  }

  #judgeWatch({ asked, begun, ended, got }: Done<'watch'>): void {
    const { namespace, after } = asked;
    if (got.status === 410) {
      if (this.#compacted((one) => one.begun < ended) <= after) {
        this.#fault(asked, 'is too old before its time');
      }
      return;
    }
    if (this.#compacted((one) => (one.ended ?? begun) < begun) > after)
      this.#fault(asked, 'gets what is compacted');
    const { events = [], complete = 0 } = got;
    const last = Math.max(complete, ...events.map(({ revision }) => revision));
    const expected = this.#log.events(namespace, after, last);
    const [shown, right] = [events, expected].map((some) =>
      some.map(({ type, revision, key }) => `${type} ${revision} ${key}`),
    );
    const first = right?.findIndex((event, index) => event !== shown?.[index]) ?? -1;
    if (shown?.join() === right?.join()) return;
    this.#fault(
      asked,
      `event ${first} is ${shown?.[first]}, not ${right?.[first]} (${shown?.length} events)`,
    );
  }

  /** Up to where history was given up, or may have been. */
  #compacted(when: (one: Happening) => boolean): number {
    const chosen = this.#all.filter(when).map(({ asked }) => (asked.to === 'compact' ? asked.upTo : 0));
    return Math.max(0, ...chosen);
  }

  #fault(asked: Asked, what: string): void {
    this.faults.push(`${JSON.stringify(asked)} ${what}`);
  }
}

const fits = (found: Seen | undefined, expects: Expectation): boolean => {
  if (expects === 'absent') return found === undefined;
  return expects === 'present' ? found !== undefined : found?.revision === expects;
};

const shortOf = ({ key, revision, text }: Seen): string => `${key}@${revision}:${text}`;
