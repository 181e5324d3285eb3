import { createInterface } from 'node:readline';
import { FairleadError } from '@fairlead/api/errors';
import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { statesOf } from '../../app/states.ts';
import { type Command, common, type Invocation, textOption } from '../../command.ts';
import { dropRemote } from '../../git/remote.ts';
import { apps } from '../../kinds.ts';
import { show } from '../../output/show.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';

/** `fairlead destroy` */
const destroy: Command = {
  name: 'destroy',
  text: 'destroys an app with everything that belongs to it',
  options: {
    app: common.app,
    namespace: common.namespace,
    context: common.context,
    output: common.output,
    confirm: { type: 'string', value: 'NAME', text: 'the name once more, in place of the question' },
  },
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    const app = await findApp(platform.client, name);
    if ((await confirmation(invocation, name.name)) !== name.name) {
      throw new FairleadError('E_APP_STILL_THERE', { app: name.name });
    }
    await platform.client.resource(apps).delete(name, {
      propagationPolicy: 'Foreground',
      // Not another one that was made under this name meanwhile.
      preconditions: { uid: app.metadata.uid ?? '' },
    });
    for await (const state of statesOf(platform, { name, from: app, signal: invocation.io.signal })) {
      if (state.metadata.uid !== app.metadata.uid) break;
    }
    await dropRemote(invocation.io, platform.context.url, name);
    await show(invocation, { text: () => `${name.name} is destroyed\n`, value: app, names: [name.name] });
    return exitStatus.ok;
  },
};

export default destroy;

const confirmation = async ({ io, options }: Invocation, name: string): Promise<string | undefined> => {
  const given = textOption(options, 'confirm');
  if (given !== undefined || !io.terminal) return given;
  io.err(
    `This destroys ${name}: its releases, its configuration, its git repository.\nType its name to go on: `,
  );
  const lines = createInterface({ input: io.input, signal: io.signal });
  // The first line; none when the input ends, or by Ctrl-C.
  for await (const line of lines) return line.trim();
  io.signal.throwIfAborted();
  return undefined;
};
