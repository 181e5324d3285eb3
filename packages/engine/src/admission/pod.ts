import type { KubeObject } from '@fairlead/kube';
import type { ResourceRequirements } from '../quota/pod-amounts.ts';
import { isObject } from '../schema/json.ts';
import type { AdmissionRequest } from './chain.ts';
import { isAbout } from './kinds.ts';

/** A pod as far as admission looks into it. */
export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status?: { readonly phase?: string };
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly resources?: ResourceRequirements;
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly runtimeClassName?: string;
  readonly overhead?: Readonly<Record<string, string>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly preemptionPolicy?: string;
  readonly tolerations?: readonly { readonly key?: string; readonly effect?: string }[];
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly resources?: ResourceRequirements;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly env?: readonly {
    readonly name: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string } };
  }[];
  readonly envFrom?: readonly { readonly secretRef?: { readonly name?: string } }[];
}

export interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName?: string };
  readonly projected?: {
    readonly defaultMode?: number;
    readonly sources?: readonly {
      readonly serviceAccountToken?: object;
      readonly configMap?: object;
      readonly downwardAPI?: object;
      readonly secret?: { readonly name?: string };
    }[];
  };
}

/**
 * The pod that a request is about. One without containers will be refused for that, once it has been shaped:
 * there is nothing in it to shape.
 */
export const podIn = (request: AdmissionRequest, operation: 'CREATE' | 'UPDATE'): Pod | undefined => {
  if (!isAbout(request, 'pods') || request.operation !== operation || request.subresource !== '') {
    return undefined;
  }
  const { spec } = request.object as { readonly spec?: unknown } & KubeObject;
  return isObject(spec) && Array.isArray(spec.containers) ? (request.object as Pod) : undefined;
};

/** The annotation of a pod that a node runs on its own account and only shows to the API. */
export const MIRROR = 'kubernetes.io/config.mirror';

export const withSpec = (pod: Pod, changes: Partial<PodSpec>): Pod => ({
  ...pod,
  spec: { ...pod.spec, ...changes },
});
