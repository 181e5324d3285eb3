// The control plane as a process of its own: `node main.ts OPTIONS.json`.
import { readFile } from 'node:fs/promises';
import type { ControlPlaneOptions } from './options.ts';
import { startControlPlane } from './start.ts';

const options = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as ControlPlaneOptions;

try {
  const controlPlane = await startControlPlane(options);
  const stop = async (): Promise<void> => {
    await controlPlane[Symbol.asyncDispose]();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  process.send?.({
    type: 'ready',
    api: controlPlane.api,
    platform: controlPlane.platform,
    registries: controlPlane.registries,
  });
} catch (error) {
  console.error(error);
  const { code, message } = error as NodeJS.ErrnoException;
  process.send?.({ type: 'failed', code, message });
  process.exitCode = 1;
  process.disconnect?.();
}
