// The control plane as a process of its own.
import { runPart } from '../part.ts';
import type { ControlPlaneOptions } from './options.ts';
import { startControlPlane } from './start.ts';

await runPart(async (options) => {
  const controlPlane = await startControlPlane(options as ControlPlaneOptions);
  return {
    ready: { ...controlPlane.ready },
    close: async () => {
      await controlPlane[Symbol.asyncDispose]();
    },
  };
});
