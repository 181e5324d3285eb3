import type { LabelSelector } from '@fairlead/kube';
import type { Affinity } from './affinity.ts';
import type { EnvFrom, EnvVar } from './env.ts';
import type { Lifecycle, Probe } from './handler.ts';
import type { Device, Mount } from './mounts.ts';
import type { ContainerPort } from './ports.ts';
import type { Resources } from './resources.ts';
import type { PodSecurityContext, SecurityContext } from './security-context.ts';
import type { Toleration } from './tolerations.ts';
import type { Volume } from './volumes.ts';

/**
 * Of the right types, and nothing else is known of it: what a rule may find missing is optional, and null where Go
 * writes that.
 */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly terminationMessagePolicy?: string;
  readonly ports?: readonly ContainerPort[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFrom[];
  readonly resources?: Resources;
  readonly resizePolicy?: readonly ResizePolicy[];
  readonly restartPolicy?: string;
  readonly volumeMounts?: readonly Mount[];
  readonly volumeDevices?: readonly Device[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: Lifecycle;
  readonly securityContext?: SecurityContext;
  /** Of an ephemeral one. */
  readonly targetContainerName?: string;
}

/** What a change of a resource asks of the container. */
export interface ResizePolicy {
  readonly resourceName?: string;
  readonly restartPolicy?: string;
}

export interface PodSpec {
  readonly volumes?: readonly Volume[];
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[] | null;
  readonly ephemeralContainers?: readonly Container[];
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly activeDeadlineSeconds?: number;
  readonly dnsPolicy?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly serviceAccountName?: string;
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly shareProcessNamespace?: boolean;
  readonly securityContext?: PodSecurityContext;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly affinity?: Affinity;
  readonly tolerations?: readonly Toleration[];
  readonly hostAliases?: readonly { readonly ip?: string; readonly hostnames?: readonly string[] }[];
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly dnsConfig?: DnsConfig;
  readonly readinessGates?: readonly { readonly conditionType?: string }[];
  readonly runtimeClassName?: string;
  readonly preemptionPolicy?: string;
  readonly overhead?: Quantities;
  readonly topologySpreadConstraints?: readonly SpreadConstraint[];
  readonly os?: { readonly name?: string };
  readonly schedulingGates?: readonly { readonly name?: string }[];
  readonly resourceClaims?: readonly ResourceClaim[];
  readonly resources?: Resources;
}

export type Quantities = Readonly<Record<string, string>>;

export interface DnsConfig {
  readonly nameservers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly { readonly name?: string }[];
}

export interface SpreadConstraint {
  readonly maxSkew?: number;
  readonly topologyKey?: string;
  readonly whenUnsatisfiable?: string;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
}

export interface ResourceClaim {
  readonly name?: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

/** All containers of a pod with their places, in Kubernetes' order. */
export const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;
