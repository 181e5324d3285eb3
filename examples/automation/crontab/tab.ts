import { defineCustomKind } from '@fairlead/api/schema';
import { type CustomObject, type Kind, kindOf } from '@fairlead/kube';
import Type, { type Static } from 'typebox';

const Entry = Type.Object({
  name: Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$', description: 'Unique in the table.' }),
  schedule: Type.String({ description: 'Minute, hour, day of the month, month, day of the week.' }),
  image: Type.String(),
  command: Type.Optional(Type.Array(Type.String())),
});

export type Entry = Static<typeof Entry>;

const Spec = Type.Object({
  timeZone: Type.String({ default: 'UTC', description: 'In which the schedules are meant: Europe/Berlin.' }),
  missedWithin: Type.Integer({
    minimum: 0,
    default: 3600,
    description: 'Seconds: a run that nobody was there to start is made up for, if it is no older than this.',
  }),
  keep: Type.Integer({ minimum: 1, default: 3, description: 'Finished Jobs that are kept of each entry.' }),
  entries: Type.Array(Entry, {
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    description: 'What runs when.',
  }),
});

const Status = Type.Object({
  observedGeneration: Type.Optional(Type.Integer()),
  next: Type.Optional(Type.String({ format: 'date-time', description: 'When a Job runs next.' })),
  problems: Type.Array(Type.String(), { description: 'Entries that cannot run, and why.' }),
});

/** A table of what runs when. */
export const CronTabKind = defineCustomKind({
  group: 'automation.example.com',
  version: 'v1',
  kind: 'CronTab',
  resource: 'crontabs',
  singular: 'crontab',
  shortNames: ['ct'],
  namespaced: true,
  description: 'A table of what runs when, in a time zone.',
  spec: Spec,
  status: Status,
  columns: [
    { name: 'Zone', type: 'string', jsonPath: '.spec.timeZone' },
    { name: 'Next', type: 'date', jsonPath: '.status.next' },
    { name: 'Problems', type: 'string', jsonPath: '.status.problems' },
  ],
});

export type CronTab = CustomObject<typeof CronTabKind>;
export const cronTabs: Kind<CronTab> = kindOf(CronTabKind);
