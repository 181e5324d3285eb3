import { createHash } from 'node:crypto';
import { type Desired, type Job, ownerReference } from '@fairlead/kube';
import type { CronTab, Entry } from './tab.ts';

/** The labels by which Jobs are found: of which table, of which entry. */
export const labels = {
  tab: 'automation.example.com/crontab',
  entry: 'automation.example.com/entry',
} as const;

const scheduled = 'automation.example.com/scheduled-at';

/** Tells whether a Job was made for an entry as it is now. Another schedule asks for another time, too. */
export const fingerprint = {
  annotation: 'automation.example.com/fingerprint',
  of: (entry: Entry): string => createHash('sha256').update(JSON.stringify(entry)).digest('hex').slice(0, 16),
} as const;

/** When a Job is meant to run, in milliseconds. */
export const scheduledAt = ({ metadata }: Job): number => Date.parse(metadata.annotations?.[scheduled] ?? '');

/** The run of an entry at a time, not started yet. Its name is that time: there cannot be two. */
export const desiredJob = (owner: CronTab, entry: Entry, at: number): Desired<Job> => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    ownerReferences: [ownerReference(owner)],
    name: `${owner.metadata.name.slice(0, 25)}-${entry.name}-${at / 60_000}`,
    namespace: owner.metadata.namespace ?? 'default',
    labels: { [labels.tab]: owner.metadata.name, [labels.entry]: entry.name },
    annotations: { [scheduled]: new Date(at).toISOString(), [fingerprint.annotation]: fingerprint.of(entry) },
  },
  spec: {
    suspend: true,
    template: {
      metadata: { labels: { [labels.tab]: owner.metadata.name, [labels.entry]: entry.name } },
      spec: {
        restartPolicy: 'OnFailure',
        automountServiceAccountToken: false,
        containers: [{ name: 'run', image: entry.image, ...(entry.command && { command: entry.command }) }],
      },
    },
  },
});
