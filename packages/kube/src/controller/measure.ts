import type { Metrics } from '../metrics/metrics.ts';
import type { Controller, Pass } from './contract.ts';

/** Figures of controllers, under the names that dashboards for operators look for. */
export interface PassMeasure {
  /** Counts a pass: the `onPass` of a controller. */
  readonly count: (pass: Pass) => void;
  /** Tells of the queues of the controllers that there are, whenever somebody looks. */
  watch(controllers: () => readonly Controller[]): void;
}

/** Seconds. */
const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

/** Declares the figures of controllers among those of the process. */
export function measurePasses(metrics: Metrics): PassMeasure {
  const total = metrics.counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Passes by how they ended.',
    labels: ['controller', 'result'],
  });
  const errors = metrics.counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Passes that threw.',
    labels: ['controller'],
  });
  const time = metrics.histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long passes took.',
    labels: ['controller'],
    buckets,
  });
  return {
    count({ controller, outcome, took }) {
      total(controller, outcome.kind).add();
      time(controller).observe(took / 1000);
      if (outcome.kind === 'failed') errors(controller).add();
    },
    watch(controllers) {
      const depth = { name: 'workqueue_depth', help: 'Names that are due or being worked on.' };
      metrics.reading({ ...depth, type: 'gauge', labels: ['name'] }, () =>
        controllers().map((controller) => [[controller.name], controller.counts().active] as const),
      );
    },
  };
}
