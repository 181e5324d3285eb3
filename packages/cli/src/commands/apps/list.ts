import { type Command, common } from '../../command.ts';
import { apps } from '../../kinds.ts';
import { show } from '../../output/show.ts';
import { renderAge, renderTable } from '../../output/table.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../run.ts';

/** `fairlead apps` */
const list: Command = {
  name: 'apps',
  text: 'lists the apps',
  options: { namespace: common.namespace, context: common.context, output: common.output },
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const { items } = await platform.client.resource(apps).list({ namespace: platform.namespace });
    const rows = items.map(({ metadata, status }) => [
      metadata.name,
      status?.phase ?? 'Pending',
      status?.release === undefined ? '-' : `v${status.release}`,
      status?.ready ?? '-',
      status?.url ?? '-',
      renderAge(metadata.creationTimestamp, invocation.io.now()),
    ]);
    await show(invocation, {
      text: () =>
        rows.length === 0
          ? 'no apps yet; make one with  fairlead create NAME\n'
          : renderTable(['NAME', 'PHASE', 'RELEASE', 'READY', 'URL', 'AGE'], rows),
      value: items,
      names: items.map(({ metadata }) => metadata.name),
    });
    return exitStatus.ok;
  },
};

export default list;
