import type { ObjectMeta } from '@fairlead/kube';

/** A pod's spec as far as the standards look into it. */
export interface CheckedPod {
  readonly metadata: Pick<ObjectMeta, 'annotations'>;
  readonly spec: CheckedSpec;
}

export interface CheckedSpec {
  readonly containers?: readonly CheckedContainer[];
  readonly initContainers?: readonly CheckedContainer[];
  readonly ephemeralContainers?: readonly CheckedContainer[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly os?: { readonly name?: string };
  readonly volumes?: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
  readonly securityContext?: SecurityContext & {
    readonly sysctls?: readonly { readonly name: string }[];
  };
}

export interface CheckedContainer {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly securityContext?: SecurityContext;
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly startupProbe?: Handler;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler };
}

export interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

export interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly procMount?: string;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly appArmorProfile?: { readonly type: string };
  readonly seccompProfile?: { readonly type: string };
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

/** What a pod does that a standard does not allow. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** Says what is wrong with a pod, if something is. */
export type Judge = (pod: CheckedPod) => Violation | undefined;

/** One rule of a standard. */
export interface Check {
  /** They are applied, and told, in the order of these. */
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** The check of a baseline that this one contains. */
  readonly instead?: string;
  /** What is looked for since which minor version of Kubernetes, oldest first. */
  readonly since: readonly (readonly [minor: number, judge: Judge])[];
}

/** In the order in which they are named in messages. */
export const containersOf = ({ spec }: CheckedPod): readonly CheckedContainer[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
];

/** `container "a"`, `containers "a", "b"`. */
export const named = (containers: readonly { readonly name: string }[]): string =>
  `${plural('container', containers.length)} ${quoted(containers.map(({ name }) => name))}`;

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

export const quoted = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ');

/** Each once, sorted. */
export const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

/**
 * A setting that a pod and each of its containers may have: who has set what is not allowed (`pod and container
 * "a"`), and what it was.
 */
export const badSetters = <T>(
  pod: CheckedPod,
  given: {
    readonly setting: (context: SecurityContext) => T | undefined;
    readonly isBad: (value: T) => boolean;
  },
): { readonly setters: string; readonly values: readonly T[] } => {
  const badIn = (context: SecurityContext | undefined): readonly T[] => {
    const value = context === undefined ? undefined : given.setting(context);
    return value === undefined || !given.isBad(value) ? [] : [value];
  };
  const own = badIn(pod.spec.securityContext);
  const containers = containersOf(pod)
    .map(({ name, securityContext }) => ({ name, bad: badIn(securityContext) }))
    .filter(({ bad }) => bad.length > 0);
  const setters = [...(own.length > 0 ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])];
  return { setters: setters.join(' and '), values: [...own, ...containers.flatMap(({ bad }) => bad)] };
};
