import type { App } from '@fairlead/api';
import { type Command, common } from '../../command.ts';
import { apps } from '../../kinds.ts';
import { show } from '../../output/show.ts';
import { renderAge, renderTable } from '../../output/table.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';

/** `fairlead apps` */
const list: Command = {
  name: 'apps',
  text: 'lists the apps',
  options: {
    'all-namespaces': { type: 'boolean', short: 'A', text: 'those of every namespace' },
    namespace: { ...common.namespace, text: 'the namespace; else that of the context' },
    context: common.context,
    output: common.output,
  },
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const everywhere = invocation.options['all-namespaces'] === true;
    const scope = everywhere ? {} : { namespace: platform.namespace };
    const { items } = await platform.client.resource(apps).list(scope);
    const now = invocation.io.now();
    const headings = ['NAME', 'PHASE', 'RELEASE', 'READY', 'URL', 'AGE'];
    await show(invocation, {
      text: () => {
        if (items.length === 0) return 'no apps yet; make one with  fairlead create NAME\n';
        if (!everywhere)
          return renderTable(
            headings,
            items.map((app) => row(app, now)),
          );
        const rows = items.map((app) => [app.metadata.namespace ?? '-', ...row(app, now)]);
        return renderTable(['NAMESPACE', ...headings], rows);
      },
      value: items,
      names: items.map(({ metadata }) =>
        everywhere ? `${metadata.namespace ?? 'default'}/${metadata.name}` : metadata.name,
      ),
    });
    return exitStatus.ok;
  },
};

export default list;

const row = ({ metadata, status }: App, now: number): string[] => [
  metadata.name,
  status?.phase ?? 'Pending',
  status?.release === undefined ? '-' : `v${status.release}`,
  status?.ready ?? '-',
  status?.url ?? '-',
  renderAge(metadata.creationTimestamp, now),
];
