import { systemClock } from '@fairlead/kube';
import type { Subject } from './driver.conformance.ts';
import { openProcessDriver } from './driver.ts';

export const openSubject = (): Subject => ({
  driver: openProcessDriver({ clock: systemClock }),
  place: (folder) => ({
    root: folder,
    workingFolder: folder,
    environment: { PATH: '/usr/bin:/bin', GREETING: 'hello' },
  }),
});
