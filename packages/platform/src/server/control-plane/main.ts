// The control plane as a process of its own.
import { runPart } from '../part.ts';
import type { ControlPlaneOptions } from './options.ts';
import { startControlPlane } from './start.ts';

await runPart(async (options: ControlPlaneOptions) => {
  const controlPlane = await startControlPlane(options);
  return {
    ready: { ...controlPlane.ready },
    close: async () => {
      await controlPlane[Symbol.asyncDispose]();
    },
  };
});
