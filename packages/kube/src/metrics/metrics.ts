import { renderFamily } from './text.ts';

/** What all figures of one name have in common. */
export interface FamilyOptions {
  /** `snake_case`, with its unit and, for a counter, `_total` at the end. */
  readonly name: string;
  readonly help: string;
  /** The names of its labels; every series gives a value for each, in this order. */
  readonly labels?: readonly string[];
}

export interface HistogramOptions extends FamilyOptions {
  /** Upper bounds, inclusive and rising, in the unit of the name; one without bound is added. */
  readonly buckets: readonly number[];
}

/** A series that only rises. */
export interface Counter {
  add(by?: number): void;
}

/** A series that holds a value. */
export interface Gauge {
  set(value: number): void;
  add(by: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

/** Gives the series of these label values, and makes it at the first time. Who counts often keeps it. */
export type Labelled<Series> = (...values: string[]) => Series;

/** Figures of this process, as Prometheus reads them. A name is declared once; a second time it throws. */
export interface Metrics {
  counter(options: FamilyOptions): Labelled<Counter>;
  gauge(options: FamilyOptions): Labelled<Gauge>;
  histogram(options: HistogramOptions): Labelled<Histogram>;
  /** Of what is known without counting: `read` is called whenever somebody looks. */
  reading(
    options: FamilyOptions & { readonly type: 'counter' | 'gauge' },
    read: () => Iterable<readonly [labels: readonly string[], value: number]>,
  ): void;
  /** The text format of Prometheus, version 0.0.4. */
  render(): string;
}

/** A line of a family: what follows its name, its label values, its value. */
export interface Sample {
  readonly suffix: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: () => Iterable<Sample>;
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** No figures yet; whoever counts declares its own. */
export const createMetrics = (): Metrics => {
  const families = new Map<string, Family>();
  const declare = (family: Family): void => {
    if (families.has(family.name)) throw new Error(`the metric ${family.name} is declared twice`);
    families.set(family.name, family);
  };
  const values = (type: 'counter' | 'gauge', options: FamilyOptions): Labelled<Value> => {
    const { labelled, samples } = createSeries(options, () => new Value());
    declare({ ...options, type, samples });
    return labelled;
  };
  return {
    counter: (options) => values('counter', options),
    gauge: (options) => values('gauge', options),
    histogram(options) {
      const { labelled, samples } = createSeries(options, () => new Buckets(options.buckets));
      declare({ ...options, type: 'histogram', samples });
      return labelled;
    },
    reading(options, read) {
      const samples = () => Array.from(read(), ([given, value]) => sampleOf(options, given, value));
      declare({ ...options, samples });
    },
    render: () => [...families.values()].map(renderFamily).join(''),
  };
};

const sampleOf = ({ labels = [] }: FamilyOptions, given: readonly string[], value: number): Sample => ({
  suffix: '',
  labels: labels.map((name, at) => [name, given[at] ?? '']),
  value,
});

const createSeries = <S extends Series>({ name, labels = [] }: FamilyOptions, create: () => S) => {
  const all = new Map<string, { readonly given: readonly string[]; readonly series: S }>();
  const labelled = (...given: string[]): S => {
    // No label value holds this character by accident and splits otherwise.
    const key = given.join('\u0000');
    const known = all.get(key);
    if (known !== undefined) return known.series;
    if (given.length !== labels.length) throw new Error(`the metric ${name} has ${labels.length} labels`);
    const series = create();
    all.set(key, { given, series });
    return series;
  };
  if (labels.length === 0) labelled();
  function* samples(): Generator<Sample> {
    for (const { given, series } of all.values()) {
      const own = labels.map((label, at) => [label, given[at] ?? ''] as const);
      for (const sample of series.samples()) yield { ...sample, labels: [...own, ...sample.labels] };
    }
  }
  return { labelled, samples };
};

/** What is counted under one combination of label values; its samples have those labels to come. */
interface Series {
  samples(): Iterable<Sample>;
}

class Value implements Counter, Gauge, Series {
  #value = 0;

  add(by = 1): void {
    this.#value += by;
  }

  set(value: number): void {
    this.#value = value;
  }

  samples(): Sample[] {
    return [{ suffix: '', labels: [], value: this.#value }];
  }
}

class Buckets implements Histogram, Series {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array(bounds.length + 1).fill(0) as number[];
  }

  observe(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound);
    const at = found < 0 ? this.#bounds.length : found;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  /** Each bucket holds what the ones before it hold, too. */
  *samples(): Generator<Sample> {
    let count = 0;
    for (const [at, own] of this.#counts.entries()) {
      count += own;
      const bound = this.#bounds[at];
      yield {
        suffix: '_bucket',
        labels: [['le', bound === undefined ? '+Inf' : String(bound)]],
        value: count,
      };
    }
    yield { suffix: '_sum', labels: [], value: this.#sum };
    yield { suffix: '_count', labels: [], value: count };
  }
}
