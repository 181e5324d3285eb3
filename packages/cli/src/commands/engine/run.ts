import { resolve } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { type Command, textOption } from '../../command.ts';
import { exitStatus } from '../../status.ts';
import { parseAddress } from '../up/address.ts';

/** `fairlead engine`: a Kubernetes API, its controllers and its scheduler, without the platform. */
const engine: Command = {
  name: 'engine',
  text: 'runs the Kubernetes API alone, with the built-in controllers',
  options: {
    data: { type: 'string', value: 'DIR', text: 'the data folder; .fairlead/engine by default' },
    memory: { type: 'boolean', text: 'keeps nothing' },
    'api-listen': { type: 'string', value: 'HOST:PORT', text: 'where it listens; 127.0.0.1:7443 by default' },
    kubeconfig: { type: 'string', value: 'FILE', text: 'where the kubeconfig of the administrator goes' },
    'api-only': { type: 'boolean', text: 'without controllers and scheduler' },
  },
  run: async ({ io, options }) => {
    await import('@fairlead/kube/lean-http');
    const { runEngine } = await import('@fairlead/engine');
    const address = parseAddress(options, 'api-listen', { host: '127.0.0.1', port: 7443 });
    const kubeconfig = textOption(options, 'kubeconfig');
    const data = textOption(options, 'data') ?? '.fairlead/engine';
    try {
      await runEngine({
        ...address,
        ...(options['memory'] === true ? {} : { data: resolve(io.cwd, data) }),
        ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(io.cwd, kubeconfig) }),
        apiOnly: options['api-only'] === true,
        print: (line) => io.out(`${line}\n`),
      });
    } catch (error) {
      throw explain(error, { data, address: `${address.host}:${address.port}` });
    }
    return exitStatus.ok;
  },
};

export default engine;

const explain = (error: unknown, { data, address }: { data: string; address: string }): unknown => {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new FairleadError('E_LISTEN', { address, reason: code, option: '--api-listen' });
  }
  return name === 'StoreOpenError'
    ? new FairleadError('E_DATA_UNUSABLE', { folder: data, reason: message })
    : error;
};
