// The control plane as a process of its own.
import '@fairlead/kube/lean-http';
import { runPart } from '../part.ts';
import type { ControlPlaneOptions } from './options.ts';

const loading = import('./start.ts');

await runPart(async (options, tell) => {
  const { startControlPlane } = await loading;
  const controlPlane = await startControlPlane(options as ControlPlaneOptions, tell);
  return {
    close: async () => {
      await controlPlane[Symbol.asyncDispose]();
    },
  };
});
