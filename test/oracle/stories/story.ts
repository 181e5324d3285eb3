import type { Client, Condition, Kind, KubeObject } from '@fairlead/kube';

/** What controllers make of what a person does, told in steps. The real controllers' telling is the expectation. */
export interface Story {
  readonly title: string;
  readonly steps: readonly Step[];
  /** The kinds whose status and table are told. */
  readonly tells: readonly Kind[];
  /** The kinds of whose objects every wanted size is told, in order. */
  readonly sizes?: readonly Kind<Sized>[];
}

export interface Sized extends KubeObject {
  readonly spec: { readonly replicas?: number };
}

/** What is done at once, and what has to have come of it before the next step. */
export interface Step {
  readonly does: readonly Act[];
  readonly until: (look: Look) => boolean | Promise<boolean>;
}

/** Where a story plays: a namespace of its own. */
export interface Place {
  readonly client: Client;
  readonly namespace: string;
}

export type Act = (place: Place) => Promise<unknown>;

export interface Look {
  one<T extends KubeObject>(kind: Kind<T>, name: string): Promise<T | undefined>;
  all<T extends KubeObject>(kind: Kind<T>): Promise<readonly T[]>;
}

/** Writes an object, the way `kubectl apply --server-side` does. */
export const apply =
  <T extends KubeObject>(kind: Kind<T>, name: string, body: object): Act =>
  ({ client, namespace }) => {
    const { metadata = {}, ...rest } = body as { readonly metadata?: object };
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
    const place = kind.namespaced ? { namespace } : {};
    const object = { apiVersion, kind: kind.kind, metadata: { name, ...place, ...metadata }, ...rest };
    return client.resource(kind).apply(object as never, { force: true, fieldManager: 'person' });
  };

export const patch =
  <T extends KubeObject>(kind: Kind<T>, name: string, body: object): Act =>
  ({ client, namespace }) =>
    client.resource(kind).patch({ namespace, name }, { type: 'merge', body });

export const remove =
  <T extends KubeObject>(
    kind: Kind<T>,
    name: string,
    propagationPolicy?: 'Foreground' | 'Background' | 'Orphan',
  ): Act =>
  ({ client, namespace }) =>
    client
      .resource(kind)
      .delete({ namespace, name }, propagationPolicy === undefined ? {} : { propagationPolicy });

/** Whether what a controller said is of the present form of an object. */
const isSeen = (object: KubeObject | undefined): boolean => {
  const { metadata, status } = (object ?? {}) as KubeObject & {
    readonly status?: { readonly observedGeneration?: number };
  };
  return metadata !== undefined && (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
};

interface Speaking extends KubeObject {
  readonly status?: Readonly<Record<string, unknown>> & { readonly conditions?: readonly Condition[] };
}

/** Some members of an object's status, while it is of its present form. */
export const says =
  <T extends KubeObject>(
    kind: Kind<T>,
    name: string,
    members: Readonly<Record<string, unknown>>,
  ): Step['until'] =>
  async ({ one }) => {
    const object = await one(kind as Kind<Speaking>, name);
    const holds = ([key, value]: [string, unknown]): boolean => (object?.status?.[key] ?? 0) === value;
    // A Job does not say which form of it its status is about.
    const isPresent = kind.group === 'batch' ? object !== undefined : isSeen(object);
    return isPresent && Object.entries(members).every(holds);
  };

/** Conditions of an object: `Complete=True`. */
export const states =
  (kind: Kind, name: string, condition: string): Step['until'] =>
  async ({ one }) => {
    const object = await one(kind as Kind<Speaking>, name);
    return (object?.status?.conditions ?? []).some(({ type, status, reason }) =>
      [`${type}=${status}`, `${type}=${status} ${reason}`].includes(condition),
    );
  };
