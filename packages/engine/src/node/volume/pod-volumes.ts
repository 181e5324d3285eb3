import type { Client, Clock, Container, Pod, Volume } from '@fairlead/kube';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sources } from '../environment/sources.ts';
import type { Facts } from '../environment/facts.ts';
import { openClaim } from './claim.ts';
import { showFiles } from './files.ts';
import { type AllowedPaths, openHostPath } from './host-path.ts';
import type { ObjectWatches, WatchedObject } from './object-watches.ts';
import { gatherFiles, objectsOf, type Projections, projectionsOf } from './projection.ts';
import type { Tokens } from './tokens.ts';
import { type Mount, notMounted, type OpenVolume, prepareMounts } from './volumes.ts';

/** What all pods' volumes are made with. */
export interface VolumeTools {
  readonly client: Client;
  readonly clock: Clock;
  readonly sources: Sources;
  readonly tokens: Tokens;
  readonly watches: ObjectWatches;
  /** What of the machine pods may mount. */
  readonly hostPaths: AllowedPaths;
  /** Where persistent volumes are made. */
  readonly folder: string;
}

export interface PodVolumesOrder extends VolumeTools {
  /** Of the pod; its volumes live as long as it does. */
  readonly podFolder: string;
  /** As it is now. */
  readonly pod: () => Pod;
  readonly facts: () => Facts;
  /** Something that a volume is made of has changed: what could not be mounted may be now. */
  readonly onNews: () => void;
  /** Containers have mounts of their own, at absolute paths. */
  readonly isolated: boolean;
  /** Whose the files are that the node writes; its own where undefined. */
  readonly owner: () => Promise<number | undefined>;
  readonly onError: (error: unknown) => void;
}

/** The volumes of one pod: made when a container first mounts them, and kept true while it runs. */
export class PodVolumes {
  readonly #order: PodVolumesOrder;
  readonly #shown = new Map<string, Projections>();
  readonly #watched = new Map<string, () => void>();
  /** One thing at a time: containers share the volumes. */
  #last: Promise<unknown> = Promise.resolve();
  #told = '';
  #renewAt = Number.POSITIVE_INFINITY;
  #cancel = () => {};
  #closed = false;

  constructor(order: PodVolumesOrder) {
    this.#order = order;
  }

  /** Makes what a container mounts. Rejects with `BlockedError`. */
  prepare(container: Container, variables: ReadonlyMap<string, string>): Promise<Mount[]> {
    const pod = this.#order.pod();
    const { isolated, podFolder } = this.#order;
    const open = (volume: Volume) => this.#open(volume);
    const copies = join(podFolder, 'parts', container.name);
    return this.#next(() => prepareMounts({ pod, container, variables, isolated, copies, open }));
  }

  /** A container that an earlier node started: what it mounts is kept true from now on. */
  keep({ volumeMounts = [] }: Container): void {
    const names = new Set(volumeMounts.map(({ name }) => name));
    for (const volume of this.#order.pod().spec.volumes ?? []) {
      const projections = names.has(volume.name) ? projectionsOf(volume) : undefined;
      if (projections !== undefined) this.#follow(volume, projections);
    }
    this.#renew();
  }

  /** The pod has changed: what it is told of itself may have. */
  notice({ metadata }: Pod): void {
    const told = JSON.stringify([metadata.labels, metadata.annotations]);
    if (this.#told !== '' && this.#told !== told && this.#shown.size > 0) this.#renew();
    this.#told = told;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    for (const stop of this.#watched.values()) stop();
    await this.#last.catch(() => {});
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => {});
    return next;
  }

  async #open(volume: Volume): Promise<OpenVolume> {
    const { name, hostPath, persistentVolumeClaim } = volume;
    const projections = projectionsOf(volume);
    if (projections !== undefined) return this.#openFiles(volume, projections);
    if (hostPath !== undefined) {
      return { source: await openHostPath(hostPath, this.#order.hostPaths), readOnly: false };
    }
    if (persistentVolumeClaim !== undefined) return this.#openClaim(persistentVolumeClaim);
    if (volume.emptyDir === undefined)
      throw notMounted(`the kind of volume ${name} is not served by this node`);
    const source = this.#folderOf(name);
    await mkdir(source, { recursive: true });
    await chmod(source, 0o777); // Whoever the pod's containers run as.
    return { source, readOnly: false };
  }

  async #openClaim({ claimName, readOnly = false }: NonNullable<Volume['persistentVolumeClaim']>) {
    const { client, pod, hostPaths: allowed, folder } = this.#order;
    const namespace = pod().metadata.namespace ?? 'default';
    this.#watch({ kind: 'persistentvolumeclaim', namespace, name: claimName });
    const source = await openClaim({ client, pod: pod(), claimName, allowed, folder });
    return { source, readOnly };
  }

  async #openFiles(volume: Volume, projections: Projections): Promise<OpenVolume> {
    this.#follow(volume, projections);
    await this.#show(volume.name, projections);
    return { source: this.#folderOf(volume.name), readOnly: true, written: true };
  }

  async #show(name: string, projections: Projections): Promise<void> {
    const { pod, facts } = this.#order;
    const { files, renewAt } = await gatherFiles({ ...this.#order, pod: pod(), facts: facts() }, projections);
    const folder = this.#folderOf(name);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    await showFiles(folder, { files, owner: await this.#order.owner() });
    if (renewAt !== undefined) this.#wakeAt(renewAt);
  }

  #follow(volume: Volume, projections: Projections): void {
    this.#shown.set(volume.name, projections);
    const namespace = this.#order.pod().metadata.namespace ?? 'default';
    for (const object of objectsOf(projections, namespace)) this.#watch(object);
  }

  #watch(object: WatchedObject): void {
    const key = `${object.kind}/${object.name}`;
    if (this.#closed || this.#watched.has(key)) return;
    this.#watched.set(
      key,
      this.#order.watches.watch(object, () => {
        this.#renew();
        this.#order.onNews();
      }),
    );
  }

  /** Shows again what is mounted; what cannot be read any more stays as it is. */
  #renew(): void {
    if (this.#closed) return;
    void this.#next(async () => {
      for (const [name, projections] of this.#shown) {
        if (!this.#closed) await this.#show(name, projections).catch(this.#order.onError);
      }
    });
  }

  #wakeAt(time: number): void {
    const { clock } = this.#order;
    if (this.#closed || (time >= this.#renewAt && this.#renewAt > clock.now())) return;
    this.#cancel();
    this.#renewAt = time;
    this.#cancel = clock.after(Math.max(0, time - clock.now()), () => this.#renew());
  }

  #folderOf(name: string): string {
    return join(this.#order.podFolder, 'volumes', name);
  }
}
