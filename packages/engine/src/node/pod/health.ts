import type { Probe } from '@fairlead/kube';
import { runAction } from '../probe/action.ts';
import { type Health, watchHealth } from '../probe/container.ts';
import type { AttemptOrder } from './attempt.ts';
import { runHook } from './hook.ts';
import { portsOf } from './spec.ts';
import type { Attempt } from './work.ts';

/** What is known of a container while it runs: first its hook, then what its probes say. */
export interface HealthWatch {
  readonly health: Health;
  close(): void;
}

type Exec = Attempt['exec'];

const unborn: Health = { started: false, ready: false, hooking: false, unhealthy: undefined };

/** Of a container that has ended. */
export const noHealth: HealthWatch = { health: unborn, close() {} };

/** As a kubelet: the container counts as created, and is not probed, before its hook is done. */
export function watchContainer(order: AttemptOrder, exec: Exec): HealthWatch {
  const { node, work, container, adopted } = order;
  const hook = container.spec.lifecycle?.postStart;
  if (hook === undefined || adopted !== undefined) return watchProbes(order, exec);
  const asked = { address: work.address ?? '', ports: portsOf(container.spec), clock: node.clock, exec };
  let watch: HealthWatch = { health: { ...unborn, hooking: true }, close() {} };
  let closed = false;
  void runHook({ ...asked, hook }).then((done) => {
    if (closed) return undefined;
    if (done) watch = watchProbes(order, exec);
    else {
      const message = 'PostStartHook failed';
      node.note(work.pod, { type: 'Warning', reason: 'FailedPostStartHook', message }, container);
      watch.health.unhealthy = { why: 'FailedPostStartHook', graceSeconds: undefined };
    }
    return work.poke();
  });
  return {
    get health() {
      return watch.health;
    },
    close() {
      closed = true;
      watch.close();
    },
  };
}

function watchProbes({ node, work, container, record, adopted }: AttemptOrder, exec: Exec): HealthWatch {
  const { spec, role } = container;
  return watchHealth({
    // What runs to its end is not asked how it is.
    container: role === 'init' ? { name: spec.name } : spec,
    since: adopted === undefined ? node.clock.now() : record.startedAt,
    clock: node.clock,
    before: adopted?.before,
    onChange: () => work.poke(),
    onFailure(kind, message) {
      const text = `${kind} probe failed: ${message}`;
      node.note(work.pod, { type: 'Warning', reason: 'Unhealthy', message: text }, container);
    },
    ask: (probe: Probe) =>
      runAction({
        action: probe,
        address: work.address ?? '',
        ports: portsOf(spec),
        timeoutMs: 1000 * (probe.timeoutSeconds || 1),
        clock: node.clock,
        exec,
      }),
  });
}
