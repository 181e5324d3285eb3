import { FairleadError } from '@fairlead/api/errors';
import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { show } from '../../output/show.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';
import { readVariables } from './variables.ts';

/** `fairlead config list` */
const list: Command = {
  name: 'config list',
  text: 'lists the environment variables of an app',
  options: common,
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const app = await findApp(platform.client, await appName(invocation, platform.namespace));
    const variables = [...(await readVariables(platform.client, app))].sort(([a], [b]) => (a < b ? -1 : 1));
    const lost = variables.filter(([, value]) => value === undefined).map(([name]) => name);
    const held = variables.map(([name, value]): [string, string] => [name, value ?? '']);
    await show(invocation, {
      text: () => held.map(([name, value]) => `${name}=${oneLine(value)}\n`).join(''),
      value: Object.fromEntries(held.filter(([name]) => !lost.includes(name))),
      names: held.map(([name]) => name),
    });
    if (lost.length === 0) return exitStatus.ok;
    throw new FairleadError('E_CONFIG_LOST', { app: app.metadata.name, names: lost.join(', ') });
  },
};

export default list;

/** A value as one line of a list; as it is with `--output json`. */
const oneLine = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  value.replace(/[\u0000-\u001f\u007f]/g, (character) => JSON.stringify(character).slice(1, -1));
