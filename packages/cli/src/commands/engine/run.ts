import { resolve } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { explainListen } from '@fairlead/api/listen-errors';
import type { StoreOpenError } from '@fairlead/engine';
import { type Command, textOption } from '../../command.ts';
import { exitStatus } from '../../status.ts';
import { dataOption, usualData } from './data.ts';
import { type Address, loopback, parseAddress } from '../up/address.ts';

const command = 'engine';

/** `fairlead engine`: a Kubernetes API, its controllers and its scheduler, without the platform. */
const engine: Command = {
  name: command,
  text: 'runs the Kubernetes API alone, with the built-in controllers',
  options: {
    data: dataOption,
    memory: { type: 'boolean', text: 'keeps nothing' },
    'api-listen': { type: 'string', value: 'HOST:PORT', text: 'where it listens; 127.0.0.1:7443 by default' },
    kubeconfig: { type: 'string', value: 'FILE', text: 'where the kubeconfig of the administrator goes' },
    'api-only': { type: 'boolean', text: 'without controllers and scheduler' },
  },
  run: async ({ io, options }) => {
    const memory = options['memory'] === true;
    const data = textOption(options, 'data');
    if (memory && data !== undefined) {
      const reason = 'with --memory nothing is kept; take one of them';
      throw new FairleadError('E_ARGUMENT', { argument: `--data ${data}`, reason, command });
    }
    const address = parseAddress(options, { command, option: 'api-listen', fallback: loopback(7443) });
    const kubeconfig = textOption(options, 'kubeconfig');
    const folder = data ?? usualData;
    await import('@fairlead/kube/lean-http');
    const { runEngine } = await import('@fairlead/engine');
    try {
      await runEngine({
        ...address,
        ...(memory ? {} : { data: resolve(io.cwd, folder) }),
        ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }),
        apiOnly: options['api-only'] === true,
        print: (line) => io.out(`${line}\n`),
      });
    } catch (error) {
      throw explain(error as NodeJS.ErrnoException, { folder, address });
    }
    return exitStatus.ok;
  },
};

export default engine;

interface Attempt {
  readonly folder: string;
  readonly address: Address;
}

const explain = (error: NodeJS.ErrnoException, { folder, address }: Attempt): unknown => {
  if (error.name !== 'StoreOpenError')
    return explainListen(error.code, { ...address, option: '--api-listen' }) ?? error;
  const { reason, message } = error as StoreOpenError;
  return reason === 'locked'
    ? new FairleadError('E_DATA_LOCKED', { folder, command })
    : new FairleadError('E_DATA_UNUSABLE', { folder, command, reason: message });
};
