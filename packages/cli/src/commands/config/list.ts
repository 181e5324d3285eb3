import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { show } from '../../output/show.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../run.ts';
import { readVariables } from './variables.ts';

/** `fairlead config list` */
const list: Command = {
  name: 'config list',
  text: 'lists the environment variables of an app',
  options: common,
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const app = await findApp(platform.client, await appName(invocation, platform.namespace));
    const variables = await readVariables(platform.client, app);
    await show(invocation, {
      text: () => [...variables].map(([name, value]) => `${name}=${value}\n`).join(''),
      value: Object.fromEntries(variables),
      names: [...variables.keys()],
    });
    return exitStatus.ok;
  },
};

export default list;
