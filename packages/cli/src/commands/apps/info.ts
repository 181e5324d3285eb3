import type { App } from '@fairlead/api';
import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { show } from '../../output/show.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';

/** `fairlead info` */
const info: Command = {
  name: 'info',
  text: 'shows an app: address, release, processes, and why it is as it is',
  options: common,
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const app = await findApp(platform.client, await appName(invocation, platform.namespace));
    await show(invocation, { text: () => describe(app), value: app, names: [app.metadata.name] });
    return exitStatus.ok;
  },
};

export default info;

const describe = (app: App): string => {
  const { metadata, spec, status } = app;
  const processes = Object.entries(spec.processes ?? {}).map(
    ([name, { replicas }]) => `${name}=${replicas ?? 'default'}`,
  );
  const serving = status?.serving === undefined ? '' : `, v${status.serving} serves`;
  const lines = [
    ['name', metadata.name],
    ['namespace', metadata.namespace ?? 'default'],
    ['address', status?.url ?? '-'],
    ['phase', `${status?.phase ?? 'Pending'}, ${(status?.ready ?? '0/0').replace('/', ' of ')} ready`],
    ['release', `v${status?.release ?? 0}${serving}`],
    ['processes', processes.length === 0 ? 'defaults' : processes.join(' ')],
    ...(status?.conditions ?? []).map(({ type, message }) => [
      type.toLowerCase(),
      message.split('\n', 1)[0] ?? '',
    ]),
  ];
  return [...lines.map(([label = '', text = '']) => `${label.padEnd(10)} ${text}`), ...why(app), ''].join(
    '\n',
  );
};

/** What is wrong, in full. */
const why = ({ status }: App): string[] => {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'False' || !ready.message.includes('\n')) return [];
  return ['', `✘ ${ready.reason}  ${ready.message}`];
};
