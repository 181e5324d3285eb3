import type { KubeObject, WatchEvent, WatchFrame } from '@fairlead/kube';
import { stringifyExact } from '../schema/exact-json.ts';
import { declaredOrder, nameOrder } from '../schema/member-order.ts';
import { zeroValue } from '../schema/zero.ts';
import type { StoredObject, StoreEvent } from '../store/contract.ts';
import type { Call } from './api.ts';
import { renderPartial } from './partial.ts';
import { deepFreeze } from './respond.ts';
import { renderTable } from './table/render.ts';
import { bytesIn, shownValue, valueIn } from './versions.ts';

/** Makes the frames of one watch; what does not depend on the watcher is made once for all of them. */
export interface FrameMaker {
  added(stored: StoredObject): WatchFrame;
  event(event: StoreEvent, type: StoreEvent['type']): WatchFrame;
  bookmark(revision: number, annotations?: Readonly<Record<string, string>>): WatchFrame;
  of(event: WatchEvent): WatchFrame;
}

/** Says that the state of the beginning is complete (KEP-3157). */
export const initialEventsEnd = { 'k8s.io/initial-events-end': 'true' };

export const frameMaker = (call: Call): FrameMaker => {
  const { accept, resource, api } = call;
  const share = <T>(value: T): T => (api.freeze ? deepFreeze(value) : value);
  const of = (event: WatchEvent): WatchFrame => ({ bytes: encodeFrame(event), value: share(event) });
  const bookmarkOf = (revision: number, annotations?: Readonly<Record<string, string>>): WatchEvent => ({
    type: 'BOOKMARK',
    object: bookmarkObject(call, String(revision), annotations),
  });
  if (accept.as !== 'object') return shapedFrames(call, { of, bookmarkOf });
  const plain = (type: StoreEvent['type'], stored: StoredObject): WatchFrame =>
    splicedFrame(type, bytesIn(resource, stored), () => share(valueIn(resource, stored)));
  return {
    added: (stored) => plain('ADDED', stored),
    event: (event, type) =>
      sharedFrame(event, `${resource.apiVersion} ${type}`, () => plain(type, shownIn(event, type))),
    bookmark: (revision, annotations) => of(bookmarkOf(revision, annotations)),
    of,
  };
};

/** Frames in the form of a Table or of metadata alone: few watch so, each gets its own. */
const shapedFrames = (
  call: Call,
  {
    of,
    bookmarkOf,
  }: { of: FrameMaker['of']; bookmarkOf: (...given: Parameters<FrameMaker['bookmark']>) => WatchEvent },
): FrameMaker => {
  let first = true;
  const shape = (object: KubeObject): KubeObject => {
    if (call.accept.as !== 'Table') return renderPartial(call.accept, object);
    const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' };
    const table = renderTable(call, { objects: [object], metadata });
    // Only the first event says what the columns are.
    const shown = first ? table : { ...table, columnDefinitions: null };
    first = false;
    return shown as unknown as KubeObject;
  };
  const shaped = (type: StoreEvent['type'], stored: StoredObject): WatchFrame =>
    of({ type, object: shape(shownValue(call, stored)) });
  return {
    added: (stored) => shaped('ADDED', stored),
    event: (event, type) => shaped(type, shownIn(event, type)),
    bookmark(revision, annotations) {
      const event = bookmarkOf(revision, annotations);
      return of({ type: 'BOOKMARK', object: shape(event.object as KubeObject) });
    },
    of,
  };
};

/** An object of which nothing is said but the version: built-in kinds show the zeros of what they always show. */
const bookmarkObject = (
  { resource }: Call,
  resourceVersion: string,
  annotations?: Readonly<Record<string, string>>,
): KubeObject => {
  const { kind, origin } = resource.definition;
  const metadata = { resourceVersion, ...(annotations && { annotations }) };
  const said = { kind, apiVersion: resource.apiVersion, metadata };
  if (origin === 'custom') return nameOrder(said) as KubeObject;
  const schema = resource.version.schema();
  return declaredOrder(schema)(Object.assign({}, zeroValue(schema), said)) as KubeObject;
};

const encodeFrame = (event: WatchEvent): Uint8Array => Buffer.from(`${stringifyExact(event)}\n`);

const OPENINGS = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
};
const CLOSING = Buffer.from('}\n');

/** The stored bytes with a little before and after; nothing is encoded again, nothing parsed before it is read. */
const splicedFrame = (type: StoreEvent['type'], bytes: Uint8Array, object: () => KubeObject): WatchFrame => {
  let joined: Uint8Array | undefined;
  let event: WatchEvent | undefined;
  return {
    get bytes() {
      joined ??= Buffer.concat([OPENINGS[type], bytes, CLOSING]);
      return joined;
    },
    get value() {
      event ??= { type, object: object() };
      return event;
    },
  };
};

/** Frames of an event by version and type, for as long as somebody holds the event. */
const frames = new WeakMap<StoreEvent, Map<string, WatchFrame>>();

const sharedFrame = (event: StoreEvent, form: string, make: () => WatchFrame): WatchFrame => {
  let forms = frames.get(event);
  if (forms === undefined) frames.set(event, (forms = new Map()));
  let frame = forms.get(form);
  if (frame === undefined) forms.set(form, (frame = make()));
  return frame;
};

/**
 * What an event shows: the new object; or, to a watcher from whose view it goes while it lives on, the old one
 * with the new version, so that a watch resumed there misses nothing.
 */
const shownIn = (event: StoreEvent, type: StoreEvent['type']): StoredObject => {
  if (type !== 'DELETED' || event.type === 'DELETED' || event.previous === undefined) return event.object;
  const old = event.previous.value();
  const value: KubeObject = {
    ...old,
    metadata: { ...old.metadata, resourceVersion: String(event.revision) },
  };
  return {
    key: event.object.key,
    revision: event.revision,
    bytes: Buffer.from(stringifyExact(value)),
    value: () => value,
  };
};
