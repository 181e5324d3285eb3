import { cpuUsage, memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ProcessUse } from './idle-collection.ts';

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

/** This process. V8 offers its collector to scripts only under a flag, which counts for contexts that are made later. */
export const openProcessUse = (): ProcessUse => {
  let collector: Collect | undefined;
  const open = (): Collect => {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc') as Collect;
  };
  return {
    cpu: () => {
      const { user, system } = cpuUsage();
      return (user + system) / 1000;
    },
    held: () => {
      const { heapTotal, external } = memoryUsage();
      return heapTotal + external;
    },
    collect: () => {
      collector ??= open();
      collector({ type: 'major', flavor: 'last-resort' });
    },
  };
};
