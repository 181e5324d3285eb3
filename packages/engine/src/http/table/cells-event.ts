import type { KubeObject } from '@fairlead/kube';
import { age } from './age.ts';
import type { Cells } from './cells.ts';

interface Event extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly involvedObject?: Reference;
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
  Object: ({ involvedObject }: Event) => {
    const { kind = '', name = '' } = involvedObject ?? {};
    return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
  },
  Subobject: ({ involvedObject }: Event) => involvedObject?.fieldPath ?? '',
  Source: sourceText,
  Message: ({ message }: Event) => (message ?? '').trim(),
  'First Seen': firstSeen,
  Count: ({ count, series }: Event) => series?.count ?? (count || 1),
};
