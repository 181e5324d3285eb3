import { createHash } from 'node:crypto';
import type { Client } from '../client/contract.ts';
import type { Clock } from '../clock.ts';
import { isAlreadyExists } from '../error.ts';
import { type Event, events } from '../kinds/index.ts';
import type { KubeObject } from '../object.ts';
import { timestamp } from './conditions.ts';
import { createCorrelator, type ToldNote } from './correlate.ts';

/** What an event says. The reason is a word for machines, the message a sentence for people. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Which part of the object it is about: `spec.containers{web}`. */
  readonly fieldPath?: string;
}

/** Tells people what happened to an object, where `kubectl describe` shows it. */
export interface Recorder {
  /**
   * The same note on the same object counts up instead of making another event; many that differ only in their
   * message become one, and too many are dropped (`correlate.ts`). Never rejects.
   */
  record(object: KubeObject, note: EventNote): Promise<void>;
}

export interface RecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** Who speaks, `deployment-controller`. */
  readonly component: string;
  /** The machine that it speaks from. */
  readonly host?: string;
  /** Told when an event could not be written: losing one must never fail the work that it is about. */
  readonly onLost?: (error: unknown) => void;
}

/** Makes a recorder of core v1 Events. */
export function createRecorder({ client, clock, onLost, ...speaker }: RecorderOptions): Recorder {
  const resource = client.resource(events);
  const correlate = createCorrelator(clock);
  const record = async (object: KubeObject, note: EventNote): Promise<void> => {
    const told = correlate(object, note);
    if (told === undefined) return;
    const event = describeEvent(object, told, { ...speaker, at: timestamp(clock.now()) });
    try {
      await resource.create(event);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const { count = 1 } = await resource.get(event.metadata);
      const again = { count: count + 1, lastTimestamp: event.lastTimestamp, message: event.message };
      await resource.patch(event.metadata, { type: 'merge', body: again });
    }
  };
  return { record: (object, note) => record(object, note).catch((error: unknown) => onLost?.(error)) };
}

function describeEvent(
  object: KubeObject,
  { fieldPath, isCombined, ...note }: ToldNote,
  { component, host, at }: Pick<RecorderOptions, 'component' | 'host'> & { readonly at: string },
): Event {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const part = fieldPath === undefined ? {} : { fieldPath };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    // Events about cluster-wide objects live in `default`, as Kubernetes has it.
    metadata: {
      name: eventName(object, { ...note, ...part, isCombined }, component),
      namespace: namespace ?? 'default',
    },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...part,
    },
    ...note,
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
    source: { component, ...(host !== undefined && { host }) },
    reportingComponent: component,
    reportingInstance: host ?? component,
  };
}

/** The same for the same news, so that the second telling finds the first. */
function eventName({ kind, metadata }: KubeObject, note: ToldNote, component: string): string {
  const { type, reason, message, fieldPath, isCombined } = note;
  const said = isCombined ? [] : [message];
  const news = [kind, metadata.uid, component, type, reason, ...said, ...(fieldPath ? [fieldPath] : [])];
  const hash = createHash('sha256').update(JSON.stringify(news)).digest('hex').slice(0, 16);
  return `${metadata.name.slice(0, 236)}.${hash}`;
}
