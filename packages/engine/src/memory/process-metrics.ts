import { cpuUsage, memoryUsage, uptime } from 'node:process';
import type { Clock, Metrics } from '@fairlead/kube';

/** What this process uses, under the names that every Prometheus client library has. */
export const readProcess = (metrics: Metrics, clock: Clock): void => {
  const started = clock.now() / 1000 - uptime();
  metrics.reading(
    { name: 'process_cpu_seconds_total', help: 'CPU time, user and system.', type: 'counter' },
    () => [[[], (cpuUsage().user + cpuUsage().system) / 1_000_000]],
  );
  metrics.reading(
    { name: 'process_resident_memory_bytes', help: 'Memory that is resident.', type: 'gauge' },
    () => [[[], memoryUsage.rss()]],
  );
  metrics.reading({ name: 'process_start_time_seconds', help: 'Since the epoch.', type: 'gauge' }, () => [
    [[], started],
  ]);
};
