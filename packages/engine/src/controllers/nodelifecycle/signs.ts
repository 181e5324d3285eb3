import { type Cache, findCondition, type Lease, leases, type Node } from '@fairlead/kube';
import { instant } from '../time.ts';

/** How long a node may be silent, and how long a new one may take until its first word; milliseconds. */
export interface Patience {
  readonly silence: number;
  readonly beginning: number;
}

export const patience: Patience = { silence: 50_000, beginning: 60_000 };

const leaseScope = { namespace: 'kube-node-lease' };

export const leasesOf = (cache: Cache) => cache.informer<Lease>(leases, leaseScope);

interface Sign {
  /** What the node said last: the time of its status and of its lease. */
  readonly said: string;
  /** When that was first seen. By our clock: a node's own may be wrong. */
  readonly at: number;
}

/** When each node gave its last sign of life. Begins anew at a restart, in favour of the nodes. */
export class Signs {
  readonly #signs = new Map<string, Sign>();
  readonly #cache: Cache;
  readonly #patience: Patience;

  constructor(cache: Cache, patience: Patience) {
    this.#cache = cache;
    this.#patience = patience;
  }

  /** Milliseconds that a node may still be silent; 0 when it has been for too long. */
  left(node: Node): number {
    const now = this.#cache.clock.now();
    const ready = findCondition(node.status?.conditions, 'Ready');
    const lease = leasesOf(this.#cache).get({ ...leaseScope, name: node.metadata.name });
    const said = [ready && heartbeatOf(node), lease?.spec?.renewTime].join(' ');
    const before = this.#signs.get(node.metadata.name);
    const isNew = before?.said !== said;
    const born = instant(node.metadata.creationTimestamp) ?? now;
    const at = isNew ? (ready === undefined && before === undefined ? born : now) : before.at;
    this.#signs.set(node.metadata.name, { said, at });
    const { beginning, silence } = this.#patience;
    return Math.max(0, at + (ready === undefined ? beginning : silence) - now);
  }

  /** Who was out of reach together was cut off together: all get their time again. */
  renew(): void {
    const at = this.#cache.clock.now();
    for (const [name, sign] of this.#signs) this.#signs.set(name, { ...sign, at });
  }

  forget(name: string): void {
    this.#signs.delete(name);
  }
}

const heartbeatOf = ({ status }: Node): string | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime ?? undefined;
