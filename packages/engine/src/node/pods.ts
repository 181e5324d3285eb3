import type { Informer, Pod } from '@fairlead/kube';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlockedReason } from './blocked.ts';
import type { NodeUsage } from '../http/node-connection.ts';
import type { NodeContext } from './context.ts';
import { readIfThere, replaceFile } from './file.ts';
import type { FindLog } from './log/server.ts';
import { factsOf } from './pod/facts.ts';
import { podFile } from './pod/folders.ts';
import { findLogOf } from './pod/log.ts';
import { hostAddressOf } from './pod/network.ts';
import { openWork, takeEphemeral } from './pod/open-work.ts';
import { reconcilePod } from './pod/reconcile.ts';
import { groundOf } from './pod/refuse.ts';
import { namespaceOf, titleOf, uidOf } from './pod/spec.ts';
import { dialPod, openSession } from './pod/session.ts';
import { stopPod } from './pod/stop.ts';
import { takeUpPod } from './pod/take-up.ts';
import { containersOf, type PodWork } from './pod/work.ts';
import { endOrphans } from './orphans.ts';
import { openMeter, type Usage } from './usage/meter.ts';
import type { Missing, PodName, Sessions } from './stream/serve.ts';
import { PodVolumes } from './volume/pod-volumes.ts';

/** A pod that the node was told of. `work` is there once its folder was read. */
interface Entry {
  pod: Pod;
  gone: boolean;
  work: PodWork | undefined;
  /** It will be looked at in this turn. */
  poked: boolean;
}

const retryLoadMs = 1000;

/** The pods of this node, each looked at whenever something about it has changed. */
export class NodePods {
  readonly #node: NodeContext;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new AbortController();
  /** What is under way and must have ended before another node may begin. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #measure: () => Promise<Usage>;
  #unsubscribe = () => {};

  constructor(node: NodeContext) {
    this.#node = node;
    this.#measure = openMeter(node.clock);
    node.ports.onFreed(() => this.#retryPorts());
  }

  /** Takes up the pods that there are, ends what belongs to none, and goes on with what the informer tells. */
  async begin(informer: Informer<Pod>): Promise<void> {
    await informer.synced;
    if (this.#closing.signal.aborted) return;
    this.#unsubscribe = informer.subscribe(({ before, after }) => {
      if (before !== undefined && before.metadata.uid !== after?.metadata.uid) this.#lose(before);
      if (after !== undefined) this.#see(after);
    });
    await Promise.all(this.#underWay);
    await endOrphans(this.#node, (uid) => this.#entries.has(uid));
  }

  readonly findLog: FindLog = (wanted) => {
    const work = this.#find(wanted);
    return work === undefined ? noPod(wanted) : findLogOf(work, wanted);
  };

  readonly sessions: Sessions = {
    open: (request) => {
      const work = this.#find(request);
      return work === undefined ? noPod(request) : openSession(work, request);
    },
    dial: (name) => {
      const work = this.#find(name);
      return work === undefined ? noPod(name) : dialPod(work);
    },
  };

  readonly usage = async (): Promise<NodeUsage> => {
    const { at, windowMs, machine, containers } = await this.#measure();
    const pods = [...this.#entries.values()].flatMap(({ work }) => {
      const used = work === undefined ? [] : usedBy(work, containers);
      return work === undefined || used.length === 0 ? [] : [{ ...nameOf(work.pod), containers: used }];
    });
    return { node: this.#node.nodeName, at, windowMs, machine, pods };
  };

  #find({ namespace, pod }: PodName): PodWork | undefined {
    const named = [...this.#entries.values()].filter(
      (entry) => entry.pod.metadata.name === pod && namespaceOf(entry.pod) === namespace,
    );
    return (named.find(({ gone }) => !gone) ?? named[0])?.work;
  }

  /** The pods go on, unless they are to be stopped too; either way the next node takes them up. */
  async close({ stopPods = false }: { readonly stopPods?: boolean }): Promise<void> {
    this.#unsubscribe();
    this.#closing.abort();
    await Promise.all(this.#underWay);
    const works = [...this.#entries.values()].flatMap(({ work }) => work ?? []);
    for (const work of works) work.starts.abort(new Error('the node closes'));
    await Promise.all(works.flatMap(containersOf).flatMap(({ starting }) => starting ?? []));
    if (stopPods) await Promise.all(works.map((work) => stopPod(this.#node, work)));
    await Promise.all(works.map(releaseAll));
  }

  /** Who waits for a port need not wait for its time. */
  #retryPorts(): void {
    for (const entry of this.#entries.values()) this.#retry(entry, 'PortConflict');
  }

  #retry(entry: Entry, reason: BlockedReason): void {
    const waiting =
      entry.work && containersOf(entry.work).filter(({ blocked }) => blocked?.reason === reason);
    for (const { blocked } of waiting ?? []) if (blocked) blocked.retryAt = 0;
    if (waiting?.length) this.#poke(entry);
  }

  #see(pod: Pod): void {
    const known = this.#entries.get(uidOf(pod));
    if (known === undefined) return this.#add(pod);
    known.pod = pod;
    this.#poke(known);
  }

  #lose(pod: Pod): void {
    const known = this.#entries.get(uidOf(pod));
    if (known === undefined) return;
    known.gone = true;
    this.#poke(known);
  }

  #add(pod: Pod): void {
    const entry: Entry = { pod, gone: false, work: undefined, poked: false };
    this.#entries.set(uidOf(pod), entry);
    this.#load(entry);
  }

  #load(entry: Entry): void {
    const loading = this.#open(entry)
      .then((work) => {
        entry.work = work;
        return this.#poke(entry);
      })
      .catch((error: unknown) => {
        this.#node.onError(error, `the folder of pod ${titleOf(entry.pod)}`);
        const message = `error making pod data directories: ${(error as Error).message}`;
        const reason = 'FailedToMakePodDataDirectories';
        this.#node.note(entry.pod, { type: 'Warning', reason, message });
        this.#node.clock.after(retryLoadMs, () => this.#load(entry));
      });
    this.#track(loading);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  async #open(entry: Entry): Promise<PodWork> {
    const { pod } = entry;
    const { clock, podsFolder } = this.#node;
    const folder = join(podsFolder, uidOf(pod));
    const startedAt = await openPodFolder(folder, pod, clock.now());
    const onPoke = () => this.#poke(entry);
    const work = openWork({
      pod,
      folder,
      startedAt,
      clock,
      closing: this.#closing.signal,
      hostAddress: hostAddressOf(this.#node),
      ground: groundOf(this.#node),
      volumes: this.#openVolumes(entry, folder),
      onPoke,
    });
    const { refusal } = work;
    if (refusal !== undefined) this.#node.note(pod, { type: 'Warning', ...refusal });
    await takeUpPod(this.#node, work);
    return work;
  }

  #openVolumes(entry: Entry, podFolder: string): PodVolumes {
    return new PodVolumes({
      ...this.#node.volumes,
      podFolder,
      pod: () => entry.pod,
      isolated: this.#node.isolation !== undefined,
      owner: async () => ownerOf(this.#node, entry.pod),
      facts: () =>
        factsOf(this.#node, entry.work ?? { address: undefined, hostAddress: hostAddressOf(this.#node) }),
      onNews: () => this.#retry(entry, 'FailedMount'),
      onError: (error) => this.#node.onError(error, `the volumes of pod ${titleOf(entry.pod)}`),
    });
  }

  #poke(entry: Entry): void {
    if (entry.poked || this.#closing.signal.aborted) return;
    entry.poked = true;
    // In the next turn: what comes together is looked at together.
    setImmediate(() => {
      entry.poked = false;
      this.#look(entry);
    });
  }

  #look(entry: Entry): void {
    const { work } = entry;
    if (work === undefined || this.#closing.signal.aborted) return;
    work.pod = entry.pod;
    work.gone = entry.gone;
    takeEphemeral(work);
    work.volumes.notice(entry.pod);
    reconcilePod(this.#node, work);
    if (work.gone && work.leaving?.finished === true) this.#forget(entry, work);
  }

  #forget(entry: Entry, work: PodWork): void {
    if (this.#entries.get(work.uid) !== entry) return;
    this.#entries.delete(work.uid);
    work.wakeAt(undefined);
    this.#node.volumes.tokens.forget(work.uid);
    const removing = releaseAll(work)
      .then(() => rm(work.folder, { recursive: true, force: true }))
      .catch((error: unknown) => this.#node.onError(error, `the folder of pod ${titleOf(work.pod)}`));
    this.#track(removing);
  }
}

const nameOf = (pod: Pod) => ({ namespace: namespaceOf(pod), name: pod.metadata.name });

const usedBy = (work: PodWork, measured: Usage['containers']): NodeUsage['pods'][number]['containers'] =>
  containersOf(work).flatMap(({ spec, attempt }) => {
    const rate =
      attempt === undefined || attempt.end !== undefined ? undefined : measured.get(attempt.folder);
    return rate === undefined ? [] : [{ name: spec.name, ...rate }];
  });

const noPod = ({ pod }: PodName): Missing => ({ status: 404, message: `pods "${pod}" not found` });

/** Who is to be able to read what only its owner may: the user of its containers. */
const ownerOf = async ({ isolation }: NodeContext, pod: Pod): Promise<number | undefined> => {
  const asked = pod.spec.securityContext?.['runAsUser'];
  if (isolation === undefined) return undefined;
  return typeof asked === 'number' ? asked : isolation.users.ofNamespace(namespaceOf(pod));
};

const releaseAll = async (work: PodWork): Promise<void> => {
  await work.volumes.close();
  for (const { attempt } of containersOf(work)) await attempt?.release();
};

/** Since when the pod is known here, in milliseconds since the epoch. */
async function openPodFolder(folder: string, pod: Pod, now: number): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept = /"startedAt":(\d+)/.exec((await readIfThere(podFile(folder))) ?? '');
  if (kept !== null) return Number(kept[1]);
  const reported = Date.parse(pod.status?.startTime ?? '');
  const startedAt = Number.isNaN(reported) ? now : reported;
  const { name } = pod.metadata;
  await replaceFile(
    podFile(folder),
    JSON.stringify({ namespace: namespaceOf(pod), name, startedAt: Math.round(startedAt) }),
  );
  return startedAt;
}
