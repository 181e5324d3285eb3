import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { show } from '../../output/show.ts';
import { renderAge, renderTable } from '../../output/table.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';
import { historyOf } from './history.ts';

/** `fairlead releases` */
const list: Command = {
  name: 'releases',
  text: 'lists the releases of an app: who changed what, and when',
  options: common,
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const app = await findApp(platform.client, await appName(invocation, platform.namespace));
    const history = (await historyOf(platform.client, app)).toReversed();
    const rows = history.map(({ metadata, spec, status }) => [
      `v${spec.version}`,
      status?.phase ?? 'Pending',
      spec.summary,
      spec.changedBy ?? '-',
      renderAge(metadata.creationTimestamp, invocation.io.now()),
    ]);
    await show(invocation, {
      text: () => renderTable(['RELEASE', 'PHASE', 'SUMMARY', 'BY', 'AGE'], rows),
      value: history,
      names: history.map(({ spec }) => `v${spec.version}`),
    });
    return exitStatus.ok;
  },
};

export default list;
