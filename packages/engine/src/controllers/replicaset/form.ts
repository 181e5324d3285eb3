import {
  type Kind,
  type ReplicaSet,
  type ReplicationController,
  replicaSets,
  replicationControllers,
} from '@fairlead/kube';

/** The two kinds that keep a number of equal pods, for code that tells no difference. */
export interface Form<T extends ReplicaSet | ReplicationController> {
  /** Who speaks in events. */
  readonly component: string;
  readonly kind: Kind<T>;
  /** The same as a ReplicaSet; it keeps its own `kind`. */
  readonly asSet: (object: T) => ReplicaSet;
}

export const replicaSetForm: Form<ReplicaSet> = {
  component: 'replicaset-controller',
  kind: replicaSets,
  asSet: (set) => set,
};

export const replicationControllerForm: Form<ReplicationController> = {
  component: 'replication-controller',
  kind: replicationControllers,
  asSet: ({ spec, ...rest }) => ({
    ...rest,
    spec: { ...spec, selector: { matchLabels: spec.selector ?? {} } },
  }),
};
