import { labels } from '@fairlead/api/names';
import { type Pod, pods } from '@fairlead/kube';
import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { show } from '../../output/show.ts';
import { renderAge, renderTable } from '../../output/table.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../run.ts';

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
    const now = invocation.io.now();
    await show(invocation, {
      text: () =>
        renderTable(
          ['NAME', 'PROCESS', 'RELEASE', 'STATE', 'RESTARTS', 'AGE'],
          items.map((pod) => row(pod, now)),
        ),
      value: items,
      names: items.map(({ metadata }) => metadata.name),
    });
    return exitStatus.ok;
  },
};

export default list;

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
  const [container] = status?.containerStatuses ?? [];
  const waiting = container?.state?.waiting?.reason;
  if (waiting !== undefined) return waiting;
  return container?.ready === true ? 'up' : 'starting';
};
