import type { Command } from '../../command.ts';
import { exitStatus } from '../../status.ts';
import { copying, dataOption } from './data.ts';

const command = 'engine restore';

/** `fairlead engine restore`: the objects of a copy, at later revisions than anybody has seen. */
const restore: Command = {
  name: command,
  text: 'fills an empty data folder with the objects of such a file',
  options: {
    data: dataOption,
    from: { type: 'string', value: 'FILE', text: 'what  fairlead engine backup  made' },
  },
  run: async (invocation) => {
    const { restoreEngine } = await import('@fairlead/engine');
    await copying(invocation, { command, option: 'from' }, ({ data, file }) => {
      const { revision } = restoreEngine(file, data);
      invocation.io.out(`restored as of revision ${revision}\n`);
    });
    return exitStatus.ok;
  },
};

export default restore;
