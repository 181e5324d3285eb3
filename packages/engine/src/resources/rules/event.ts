import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../../schema/json.ts';
import { Place } from '../../schema/place.ts';
import { dnsSubdomain, qualifiedName } from '../formats.ts';
import { judgeObjectMeta } from '../metadata-rules.ts';
import type { Rules } from '../rules.ts';
import { printed } from './printed.ts';

/** As it is stored, in the core group. */
interface Event extends KubeObject {
  readonly involvedObject?: { readonly namespace?: string };
  /** With it an event is one of the newer sort, which says more. */
  readonly eventTime?: string | null;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly count?: number;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string | null } | null;
  readonly related?: unknown;
}

/** How long texts may be, and whether they have to be there. */
const TEXTS = [
  ['reportingInstance', 128, true],
  ['action', 128, true],
  ['reason', 128, true],
  ['message', 1024, false],
] as const;

const isSet = (time: string | null | undefined): boolean => time !== undefined && time !== null;

/** What concerns no namespace is told in `default`. */
const judgePlace = ({ metadata, involvedObject, eventTime }: Event, root: Place): void => {
  const { namespace: about = '' } = involvedObject ?? {};
  const { namespace: told = '' } = metadata;
  const isNew = isSet(eventTime);
  const allowed = isNew ? ['default', 'kube-system'] : ['', 'default'];
  const fits = about === '' ? allowed.includes(told) : isNew || about === told;
  if (!fits) root.field('involvedObject').field('namespace').invalid(about, 'does not match event.namespace');
};

const judgeTexts = (event: Event, reporter: string, at: Place): void => {
  const { reportingComponent: component = '' } = event;
  if (component === '') at.field(reporter).required();
  at.field(reporter).faults(component, qualifiedName(component));
  for (const [field, limit, isRequired] of TEXTS) {
    const text = event[field] ?? '';
    if (isRequired && text === '') at.field(field).required();
    if (Buffer.byteLength(text) > limit) at.field(field).invalid('', `can have at most ${limit} characters`);
  }
};

/** What holds for every event; `reporter` is what its version calls who reports it. */
const judgeEvent = (event: Event, reporter: string): Place => {
  const at = new Place();
  judgePlace(event, at);
  if (isSet(event.eventTime)) judgeTexts(event, reporter, at);
  return at;
};

/** What happened. Kubernetes judges little of it, lest nothing be told. */
export const eventRules: Rules = {
  complete: true,
  metadataLast: true,
  validate: (event: Event) => judgeEvent(event, 'reportingComponent').found,
};

const judgeSeries = ({ series }: Event, at: Place): void => {
  if (!series) return;
  if ((series.count ?? 0) < 2) at.field('series.count').invalid('', 'should be at least 2');
  if (!isSet(series.lastObservedTime)) at.field('series.lastObservedTime').required();
};

const UNSET = 'needs to be unset';

/** It has to be one of the newer sort, without what the older one said. */
const judgeNew = (event: Event, at: Place): void => {
  const { eventTime, type = '', source = {} } = event;
  judgeObjectMeta(event.metadata, dnsSubdomain, at.field('metadata'));
  judgeSeries(event, at);
  if (!isSet(eventTime)) at.field('eventTime').required();
  if (type !== 'Normal' && type !== 'Warning') at.field('type').invalid('', `has invalid value: ${type}`);
  if (isSet(event.firstTimestamp)) at.field('firstTimestamp').invalid('', UNSET);
  if (isSet(event.lastTimestamp)) at.field('lastTimestamp').invalid('', UNSET);
  if ((event.count ?? 0) !== 0) at.field('count').invalid('', UNSET);
  if ((source.component ?? '') !== '' || (source.host ?? '') !== '') at.field('source').invalid('', UNSET);
};

/** In the order in which Kubernetes looks at them, one of them twice; with Go's type, or what stands for nothing. */
const FIXED = [
  ['involvedObject', { type: 'core.ObjectReference' }],
  ['reason', ''],
  ['message', ''],
  ['source', { type: 'core.EventSource' }],
  ['firstTimestamp', null],
  ['lastTimestamp', null],
  ['count', 0],
  ['reason', ''],
  ['type', ''],
  ['eventTime', null],
  ['action', ''],
  ['related', { type: 'core.ObjectReference', pointer: true }],
  ['reportingComponent', ''],
  ['reportingInstance', ''],
] as const;

/** Nothing may change but how often it happened since. */
const judgeChange = (next: Event, old: Event, at: Place): void => {
  if (!equalJson(next.series, old.series)) judgeSeries(next, at);
  for (const [field, nothing] of FIXED) {
    if (equalJson(next[field] ?? null, old[field] ?? null)) continue;
    const shown = field === 'reportingComponent' ? 'reportingController' : field;
    at.field(shown).invalid(printedField(next[field] ?? undefined, nothing), 'field is immutable');
  }
};

const printedField = (value: unknown, nothing: (typeof FIXED)[number][1]): unknown => {
  if (nothing === null || typeof nothing !== 'object') return value ?? nothing;
  return value === undefined && 'pointer' in nothing ? null : printed(nothing.type, value);
};

/** The same of events.k8s.io/v1, which is strict. */
export const newerEventRules: Rules = {
  complete: true,
  metadataLast: true,
  validate(event: Event, old: Event | undefined) {
    const at = judgeEvent(event, 'reportingController');
    if (old === undefined) judgeNew(event, at);
    else judgeChange(event, old, at);
    return at.found;
  },
};
