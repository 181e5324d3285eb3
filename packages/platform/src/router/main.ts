// The router as a process of its own: `node main.ts OPTIONS.json`. It tells its parent where it
// listens, and goes on serving when the parent or the API is away.
import { readFile } from 'node:fs/promises';
import { systemClock, systemRandom } from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { startRouter } from './start.ts';

interface Options {
  readonly kubeconfig: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly gateway: { readonly namespace: string; readonly name: string };
  readonly control: string;
}

const options = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Options;

try {
  const http = openHttp(await loadKubeconfig(options.kubeconfig));
  const router = await startRouter({
    ...options,
    transport: http.transport,
    clock: systemClock,
    random: systemRandom,
  });
  const stop = async (): Promise<void> => {
    await router.close();
    await http.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  process.send?.({ type: 'ready', address: router.address });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  process.send?.({ type: 'failed', code, message });
  process.exitCode = 1;
  process.disconnect?.();
}
