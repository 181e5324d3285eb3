import type { Metrics } from '../metrics/metrics.ts';
import { METRICS_TYPE } from '../metrics/metrics.ts';
import type { RunningOperator } from './contract.ts';

/** What an operator says of itself to a kubelet or to Prometheus. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** `/healthz`: it is well · `/readyz`: it works, or waits for its turn · `/metrics`. */
export function answer(path: string, operator: RunningOperator, metrics: Metrics): Answer {
  const ill = operator.health();
  switch (path) {
    case '/metrics':
      return { status: 200, type: METRICS_TYPE, text: metrics.render() };
    case '/healthz':
    case '/readyz':
      return ill === undefined ? plain(200, 'ok') : plain(503, ill);
    default:
      return plain(404, 'there are /healthz, /readyz and /metrics');
  }
}

const plain = (status: number, text: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  text: `${text}\n`,
});
