import type { KubeObject } from '../object.ts';
import { type Kind, kind } from './kind.ts';
import type { Condition, ObjectReference } from './meta.ts';
import type { PodTemplateSpec } from './pod-spec.ts';

export interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: {
    readonly phase?: 'Active' | 'Terminating';
    readonly conditions?: readonly Condition[];
  };
}

/** Values are base64 in `data`, plain in `stringData` (which is only ever written). */
export interface Secret extends KubeObject {
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

export interface ConfigMap extends KubeObject {
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

export interface ServiceAccount extends KubeObject {
  readonly automountServiceAccountToken?: boolean;
}

export interface NodeCondition extends Condition {
  readonly lastHeartbeatTime?: string;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  /** Of a taint that drives pods away. */
  readonly timeAdded?: string;
}

export interface Node extends KubeObject {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly Taint[];
    readonly podCIDR?: string;
    readonly providerID?: string;
  };
  readonly status?: {
    readonly capacity?: Readonly<Record<string, string>>;
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly conditions?: readonly NodeCondition[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo?: Readonly<Record<string, string>>;
    readonly daemonEndpoints?: Readonly<Record<string, unknown>>;
  };
}

/** What there was before ReplicaSets: its selector knows only equal labels. */
export interface ReplicationController extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: Readonly<Record<string, string>>;
    readonly template: PodTemplateSpec;
    readonly minReadySeconds?: number;
  };
  readonly status?: {
    readonly replicas: number;
    readonly fullyLabeledReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** The old shape, which `kubectl describe` and `kubectl get events` read (core/v1). */
export interface Event extends KubeObject {
  readonly involvedObject: ObjectReference;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly action?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}

const core = { group: '', version: 'v1', namespaced: true } as const;

export const namespaces: Kind<Namespace> = kind({
  ...core,
  kind: 'Namespace',
  resource: 'namespaces',
  namespaced: false,
});
export const nodes: Kind<Node> = kind({ ...core, kind: 'Node', resource: 'nodes', namespaced: false });
export const secrets: Kind<Secret> = kind({ ...core, kind: 'Secret', resource: 'secrets' });
export const configMaps: Kind<ConfigMap> = kind({ ...core, kind: 'ConfigMap', resource: 'configmaps' });
export const serviceAccounts: Kind<ServiceAccount> = kind({
  ...core,
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
});
export const events: Kind<Event> = kind({ ...core, kind: 'Event', resource: 'events' });
export const replicationControllers: Kind<ReplicationController> = kind({
  ...core,
  kind: 'ReplicationController',
  resource: 'replicationcontrollers',
});

/** How much a namespace may have, and has (core/v1). Amounts by resource: `pods`, `requests.cpu`. */
export interface ResourceQuota extends KubeObject {
  readonly spec?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: Readonly<Record<string, unknown>>;
  };
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

export const resourceQuotas: Kind<ResourceQuota> = kind({
  ...core,
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
});
