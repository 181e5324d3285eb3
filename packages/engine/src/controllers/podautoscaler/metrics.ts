import type { LabelSelector, CrossVersionObjectReference } from '@fairlead/kube';

/** What one pod was measured to use. */
export interface Sample {
  /** In thousandths. */
  readonly value: number;
  /** When, and over how long before that; milliseconds. */
  readonly at: number;
  readonly window: number;
}

export type Samples = ReadonlyMap<string, Sample>;

/** Where measures come from; all amounts are thousandths. Each rejects with an error in Kubernetes' words. */
export interface Metrics {
  /** By pod name; of one container when it is named. */
  resource(asked: {
    readonly namespace: string;
    /** As text: `app=shop`. */
    readonly selector: string;
    readonly resource: string;
    readonly container?: string | undefined;
  }): Promise<Samples>;
  /** A measure of one's own, by pod name. */
  pods(asked: {
    readonly namespace: string;
    readonly selector: string;
    readonly metric: string;
    readonly metricSelector: LabelSelector | undefined;
  }): Promise<Samples>;
  object(asked: {
    readonly namespace: string;
    readonly object: CrossVersionObjectReference;
    readonly metric: string;
    readonly metricSelector: LabelSelector | undefined;
  }): Promise<number>;
  /** Of something outside; the sum of all series. */
  external(asked: {
    readonly namespace: string;
    readonly metric: string;
    readonly metricSelector: LabelSelector | undefined;
  }): Promise<number>;
}
