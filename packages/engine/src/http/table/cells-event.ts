import type { KubeObject } from '@fairlead/kube';
import { age } from './age.ts';
import type { Cells } from './cells.ts';

/** Core events; those of events.k8s.io call some of it differently. */
interface Event extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly note?: string;
  readonly count?: number;
  readonly involvedObject?: Reference;
  readonly regarding?: Reference;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
}

interface Reference {
  readonly kind?: string;
  readonly name?: string;
  readonly fieldPath?: string;
}

const objectOf = (event: Event): Reference => event.involvedObject ?? event.regarding ?? {};

const firstSeen = ({ firstTimestamp, eventTime }: Event, now: number): string =>
  age(firstTimestamp ?? eventTime, now);

const lastSeen = (event: Event, now: number): string => {
  const last = event.series?.lastObservedTime ?? event.lastTimestamp;
  return last === undefined || last === null ? firstSeen(event, now) : age(last, now);
};

const sourceText = ({ source, reportingComponent, reportingInstance }: Event): string => {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
};

export const eventCells: Cells = {
  'Last Seen': lastSeen,
  Type: ({ type }: Event) => type ?? '',
  Reason: ({ reason }: Event) => reason ?? '',
  Object: (event: Event) => {
    const { kind = '', name = '' } = objectOf(event);
    return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
  },
  Subobject: (event: Event) => objectOf(event).fieldPath ?? '',
  Source: sourceText,
  Message: ({ message, note }: Event) => (message ?? note ?? '').trim(),
  'First Seen': firstSeen,
  Count: ({ count, series }: Event) => series?.count ?? (count || 1),
};
