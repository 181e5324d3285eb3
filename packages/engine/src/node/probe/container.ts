import type { Clock, Container, Probe } from '@fairlead/kube';
import type { ProbeAnswer } from './answer.ts';
import { watchProbe } from './watch.ts';

/** What the probes of a running container say together. */
export interface Health {
  /** The startup probe has succeeded, or there is none. */
  started: boolean;
  ready: boolean;
  /** The hook after its start is still running. */
  hooking: boolean;
  unhealthy: Unhealthy | undefined;
}

/** Why it must be restarted: what the startup or the liveness probe found, or that its hook failed. */
export interface Unhealthy {
  readonly why: string;
  /** The probe's own, in place of the pod's. */
  readonly graceSeconds: number | undefined;
}

export interface HealthOrder {
  readonly container: Container;
  readonly since: number;
  readonly clock: Clock;
  /** What was known of it before the node itself was restarted. */
  readonly before: { readonly started: boolean; readonly ready: boolean } | undefined;
  readonly ask: (probe: Probe) => Promise<ProbeAnswer>;
  readonly onChange: () => void;
  readonly onFailure: (kind: 'Startup' | 'Readiness' | 'Liveness', message: string) => void;
}

/** Runs a container's probes; readiness and liveness wait for the startup probe, as in Kubernetes. */
export function watchHealth(order: HealthOrder): { readonly health: Health; close(): void } {
  const { startupProbe, readinessProbe } = order.container;
  const started = startupProbe === undefined || order.before?.started === true;
  const ready = started && (readinessProbe === undefined || order.before?.ready === true);
  const health: Health = { started, ready, hooking: false, unhealthy: undefined };
  const stops: (() => void)[] = [];
  const begin = () => stops.push(...watchRunning(order, health));
  if (startupProbe === undefined || started) begin();
  else stops.push(watchStart({ ...order, probe: startupProbe }, health, begin));
  return {
    health,
    close() {
      for (const stop of stops) stop();
    },
  };
}

function watchStart(
  order: HealthOrder & { readonly probe: Probe },
  health: Health,
  begin: () => void,
): () => void {
  const { probe, onChange, onFailure, container } = order;
  let failures = 0;
  const stop = watchProbe({
    ...order,
    eager: true,
    initially: false,
    onFailure(message) {
      onFailure('Startup', message);
      failures += 1;
      if (failures < (probe.failureThreshold || 3)) return;
      stop();
      health.unhealthy = failed(container, 'startup', probe);
      onChange();
    },
    onChange() {
      stop();
      health.started = true;
      health.ready = container.readinessProbe === undefined;
      begin();
      onChange();
    },
  });
  return () => stop();
}

function watchRunning(order: HealthOrder, health: Health): (() => void)[] {
  const { onChange, onFailure, container } = order;
  const stops: (() => void)[] = [];
  if (container.readinessProbe !== undefined) {
    const stop = watchProbe({
      ...order,
      probe: container.readinessProbe,
      eager: true,
      initially: health.ready,
      onFailure: (message) => onFailure('Readiness', message),
      onChange(ok) {
        health.ready = ok;
        onChange();
      },
    });
    stops.push(stop);
  }
  const probe = container.livenessProbe;
  if (probe !== undefined) {
    const stop = watchProbe({
      ...order,
      probe,
      eager: false,
      initially: true,
      onFailure: (message) => onFailure('Liveness', message),
      onChange(ok) {
        health.unhealthy = ok ? undefined : failed(container, 'liveness', probe);
        onChange();
      },
    });
    stops.push(stop);
  }
  return stops;
}

const failed = (container: Container, kind: 'startup' | 'liveness', probe: Probe): Unhealthy => ({
  why: `Container ${container.name} failed ${kind} probe, will be restarted`,
  graceSeconds: probe.terminationGracePeriodSeconds,
});
