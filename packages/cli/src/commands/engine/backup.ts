import { resolve } from 'node:path';
import { type Command, textOption } from '../../command.ts';
import { exitStatus } from '../../status.ts';
import { copying, dataOption } from './data.ts';

const command = 'engine backup';

/** `fairlead engine backup`: one state of everything in one file. */
const backup: Command = {
  name: command,
  text: 'copies the objects of an engine, running or not, into a new file',
  options: {
    data: dataOption,
    to: {
      type: 'string',
      value: 'FILE',
      text: 'the copy; not there yet. Its Secrets need encryption.keys of DIR',
    },
    kubeconfig: {
      type: 'string',
      value: 'FILE',
      text: 'how a running engine is reached; DIR/kubeconfig by default',
    },
  },
  run: async (invocation) => {
    const { io, options } = invocation;
    const { backUpEngine } = await import('@fairlead/engine');
    const kubeconfig = textOption(options, 'kubeconfig');
    const reached = kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) };
    await copying(invocation, { command, option: 'to' }, async ({ data, file }) => {
      await backUpEngine({ data, to: file, ...reached });
      io.out(`copied to ${file}\n`);
    });
    return exitStatus.ok;
  },
};

export default backup;
