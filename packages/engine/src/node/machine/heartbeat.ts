import {
  type Client,
  type Clock,
  isAlreadyExists,
  isNotFound,
  type Lease,
  leases,
  nodes,
} from '@fairlead/kube';
import { measureMachine } from './measure.ts';
import { desiredNode, describeMachine, type MachineOrder } from './describe.ts';

export interface HeartbeatOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly version: string;
  readonly platform: MachineOrder['platform'];
  readonly address: string;
  /** Where everything of the node lies. */
  readonly dataFolder: string;
  readonly notIsolated: string | undefined;
  readonly ownRoots: boolean;
  readonly onError: (error: unknown, what: string) => void;
}

const renewMs = 10_000;
const retryMs = 500;
const leaseSeconds = 40;

/** Keeps the Node object true and renews its Lease, as a kubelet does. */
export function startHeartbeat(options: HeartbeatOptions): {
  readonly registered: Promise<void>;
  close(): void;
} {
  const { promise: registered, resolve, reject } = Promise.withResolvers<void>();
  const { clock, onError } = options;
  let closed = false;
  let cancel = () => {};
  const beat = async (): Promise<void> => {
    let pauseMs = renewMs;
    try {
      await ensureNode(options);
      await renewLease(options);
      resolve();
    } catch (error) {
      if (!closed) onError(error, `the heartbeat of node ${options.nodeName}`);
      pauseMs = retryMs;
    }
    if (!closed) cancel = clock.after(pauseMs, () => void beat());
  };
  registered.catch(() => {});
  void beat();
  return {
    registered,
    close() {
      closed = true;
      cancel();
      reject(new Error('the node was closed before it was registered'));
    },
  };
}

/** Writes only what differs; what others said of the node (taints, labels, cordons) stays. */
async function ensureNode(options: HeartbeatOptions): Promise<void> {
  const resource = options.client.resource(nodes);
  const before = await resource.find({ name: options.nodeName });
  const measures = await measureMachine(options.dataFolder);
  const order = { ...options, before, measures, now: options.clock.now() };
  const wanted = desiredNode(order);
  if (before === undefined) await resource.create(wanted);
  else if (!contains(before.metadata.labels, wanted.metadata.labels)) {
    await resource.patch(before.metadata, {
      type: 'merge',
      body: { metadata: { labels: wanted.metadata.labels } },
    });
  }
  const status = describeMachine(order);
  if (contains(before?.status, status)) return;
  await resource.status.patch({ name: options.nodeName }, { type: 'merge', body: { status } });
}

async function renewLease({ client, clock, nodeName }: HeartbeatOptions): Promise<void> {
  const resource = client.resource(leases);
  const name = { namespace: 'kube-node-lease', name: nodeName };
  const renewTime = `${new Date(clock.now()).toISOString().slice(0, -1)}000Z`;
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: leaseSeconds, renewTime };
  const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: name, spec };
  try {
    await resource.patch(name, { type: 'merge', body: { spec } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await resource.create(lease).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }
}

/** Whether everything that is wanted is there. Empty texts may be left out. */
function contains(there: unknown, wanted: unknown): boolean {
  if (wanted === '' && there === undefined) return true;
  if (typeof wanted !== 'object' || wanted === null) return there === wanted;
  if (typeof there !== 'object' || there === null) return false;
  const members = there as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([name, member]) => contains(members[name], member));
}
