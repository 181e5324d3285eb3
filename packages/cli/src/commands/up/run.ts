import { join, resolve } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { type Command, textOption } from '../../command.ts';
import { checkHome, registerContext } from '../../contexts/contexts.ts';
import { exitStatus } from '../../status.ts';
import { loopback, parseAddress } from './address.ts';

const command = 'up';

/** `fairlead up`: the whole platform on this machine, in the foreground. */
const up: Command = {
  name: command,
  text: 'runs the platform on this machine until Ctrl-C',
  options: {
    data: { type: 'string', value: 'DIR', text: 'the data folder; .fairlead by default' },
    listen: {
      type: 'string',
      value: 'HOST:PORT',
      text: 'people, apps, git, registry; 127.0.0.1:8080 by default',
    },
    'api-listen': {
      type: 'string',
      value: 'HOST:PORT',
      text: 'the Kubernetes API; 127.0.0.1:7443 by default',
    },
    isolation: {
      type: 'string',
      value: 'auto|none',
      text: 'none: apps share the network and the files of this machine, as where namespaces are not to be had',
    },
  },
  run: async ({ io, options }) => {
    const addresses = {
      listen: parseAddress(options, { command, option: 'listen', fallback: loopback(8080) }),
      apiListen: parseAddress(options, { command, option: 'api-listen', fallback: loopback(7443) }),
    };
    const isolation = parseIsolation(textOption(options, 'isolation') ?? 'auto');
    await checkHome(io);
    const { startUp } = await import('@fairlead/platform/up');
    const started = io.now();
    const starting = startUp({
      data: resolve(io.cwd, textOption(options, 'data') ?? '.fairlead'),
      ...addresses,
      isolation,
      signal: io.signal,
      ...(io.hurry === undefined ? {} : { hurry: io.hurry }),
      onNotice: (line) => io.err(`fairlead: ${line}\n`),
    });
    const platform = await starting.catch((error: unknown) => {
      if (!io.signal.aborted) throw error;
    });
    if (platform === undefined) return exitStatus.ok;
    const { url, kubeconfig } = platform.endpoints;
    try {
      await registerContext(io, 'local', { url, kubeconfig, token: platform.token });
      const seconds = ((io.now() - started) / 1000).toFixed(1);
      io.out(welcome({ url, kubeconfig, seconds }));
      await aborted(io.signal);
      io.err('fairlead: stopping the apps and the platform; once more to end them at once …\n');
    } finally {
      await platform.close();
    }
    return exitStatus.ok;
  },
};

export default up;

const parseIsolation = (text: string): 'auto' | 'none' => {
  if (text === 'auto' || text === 'none') return text;
  const reason = 'it must be auto or none';
  throw new FairleadError('E_ARGUMENT', { argument: `--isolation ${text}`, reason, command });
};

const welcome = ({
  url,
  kubeconfig,
  seconds,
}: {
  url: string;
  kubeconfig: string;
  seconds: string;
}): string =>
  [
    `ready in ${seconds} s at ${url}`,
    `  kubeconfig  ${kubeconfig}`,
    '',
    'Try, in another terminal:',
    `  ${join('bin', 'fairlead')} create shop`,
    '  git push fairlead main',
    `  kubectl --kubeconfig ${kubeconfig} get apps,pods`,
    '',
  ].join('\n');

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
