import { renderLabels, type Labels } from './render-labels.js';

/** What a histogram is called and how it counts. */
export interface HistogramTraits {
  readonly name: string;
  readonly help: string;
  /** Upper bounds of the buckets, ascending. */
  readonly buckets: readonly number[];
  /** Labels of every series. */
  readonly labels: Labels;
}

/** One combination of labels: how many values fell into each bucket, and their sum. */
export class Series {
  readonly #bounds: readonly number[];
  /** By bucket, and last those beyond all bounds. */
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = found === -1 ? this.#bounds.length : found;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  /** Lines of the text format: every bucket with those before it, then sum and count. */
  render(name: string, labels: string): readonly string[] {
    let count = 0;
    const buckets = this.#counts.map((inBucket, i) => {
      count += inBucket;
      return `${name}_bucket{le="${this.#bounds[i] ?? '+Inf'}",${labels}} ${count}`;
    });
    return [...buckets, `${name}_sum{${labels}} ${this.#sum}`, `${name}_count{${labels}} ${count}`];
  }
}

/**
 * A histogram that hands out its series, beside those of prom-client: what happens with every request keeps the series
 * it adds to, as finding them by labels each time costs more than everything else about a measurement.
 */
export class SeriesHistogram {
  readonly #traits: HistogramTraits;
  readonly #series = new Map<string, Series>();

  constructor(traits: HistogramTraits) {
    this.#traits = traits;
  }

  /** The series of a combination of labels. */
  open(labels: Labels): Series {
    const text = renderLabels({ ...labels, ...this.#traits.labels });
    const series = this.#series.get(text) ?? new Series(this.#traits.buckets);
    this.#series.set(text, series);
    return series;
  }

  /** All series in Prometheus' text format. */
  render(): string {
    const { name, help } = this.#traits;
    const lines = [...this.#series].flatMap(([labels, series]) => series.render(name, labels));
    return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, ''].join('\n');
  }
}
