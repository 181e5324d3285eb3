import { versions } from 'node:process';
import { readFile } from 'node:fs/promises';
import { type Command, common } from '../../command.ts';
import { show } from '../../output/show.ts';
import { exitStatus } from '../../status.ts';

/** `fairlead version` */
const version: Command = {
  name: 'version',
  text: 'shows the version',
  options: { output: common.output },
  run: async (invocation) => {
    const manifest = JSON.parse(
      await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    const value = { fairlead: manifest.version, node: versions.node };
    await show(invocation, {
      text: () => `fairlead ${value.fairlead} (node ${value.node})\n`,
      value,
      names: [value.fairlead],
    });
    return exitStatus.ok;
  },
};

export default version;
