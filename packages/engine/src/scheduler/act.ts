import {
  type Client,
  type Clock,
  type Condition,
  findCondition,
  type Pod,
  pods,
  type Recorder,
  setCondition,
} from '@fairlead/kube';

export interface Means {
  readonly client: Client;
  readonly clock: Clock;
  readonly recorder: Recorder;
}

/** Sends a pod to its node. */
export async function bind(pod: Pod, node: string, { client, recorder }: Means): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { namespace, name, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`;
  await client.json({ method: 'POST', path, body });
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  void recorder.record(pod, { type: 'Normal', reason: 'Scheduled', message });
}

/** Says on the pod why it runs nowhere; said once as long as it stays the same. */
export async function report(pod: Pod, message: string, means: Means): Promise<void> {
  const { generation } = pod.metadata;
  const before = findCondition(pod.status?.conditions, 'PodScheduled');
  if (before?.status === 'False' && before.message === message) return;
  const condition: Omit<Condition, 'lastTransitionTime'> = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  const conditions = setCondition(pod.status?.conditions, condition, means.clock);
  const body = { metadata: { uid: pod.metadata.uid }, status: { conditions } };
  await means.client.resource(pods).status.patch(pod.metadata, { type: 'merge', body });
  void means.recorder.record(pod, { type: 'Warning', reason: 'FailedScheduling', message });
}
