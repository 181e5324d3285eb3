import { labels } from '@fairlead/api/names';
import { type Pod, pods } from '@fairlead/kube';
import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { show } from '../../output/show.ts';
import { renderAge, renderTable } from '../../output/table.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';

/** `fairlead ps` */
const list: Command = {
  name: 'ps',
  text: 'lists the running copies of an app',
  options: common,
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    await findApp(platform.client, name);
    const labelSelector = `${labels.app}=${name.name},${labels.process}`;
    const { items } = await platform.client.resource(pods).list({ namespace: name.namespace, labelSelector });
    const ordered = items.toSorted(byProcessAndAge);
    const now = invocation.io.now();
    await show(invocation, {
      text: () =>
        ordered.length === 0
          ? `no copy of ${name.name} runs; see  fairlead info\n`
          : renderTable(
              ['NAME', 'PROCESS', 'RELEASE', 'STATE', 'RESTARTS', 'AGE'],
              ordered.map((pod) => row(pod, now)),
            ),
      value: ordered,
      names: ordered.map(({ metadata }) => metadata.name),
    });
    return exitStatus.ok;
  },
};

export default list;

/** The order stays while copies come and go. */
const byProcessAndAge = (a: Pod, b: Pod): number => (sortKey(a) < sortKey(b) ? -1 : 1);

const sortKey = ({ metadata }: Pod): string =>
  [metadata.labels?.[labels.process] ?? '', metadata.creationTimestamp ?? '', metadata.name].join(' ');

const row = (pod: Pod, now: number): string[] => [
  pod.metadata.name,
  pod.metadata.labels?.[labels.process] ?? '-',
  `v${pod.metadata.labels?.[labels.release] ?? '?'}`,
  stateOf(pod),
  String(pod.status?.containerStatuses?.[0]?.restartCount ?? 0),
  renderAge(pod.metadata.creationTimestamp, now),
];

const stateOf = ({ metadata, status }: Pod): string => {
  if (metadata.deletionTimestamp !== undefined) return 'stopping';
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return status.reason ?? 'ended';
  const [container] = status?.containerStatuses ?? [];
  if (container?.state?.terminated !== undefined) return `ended (${container.state.terminated.exitCode})`;
  const waiting = container?.state?.waiting?.reason;
  if (waiting !== undefined && waiting !== 'ContainerCreating') return waiting;
  return container?.ready === true ? 'up' : 'starting';
};
