import { readFileSync } from 'node:fs';

/** Proportional set size of processes, in MB (`/proc/PID/smaps_rollup`): memory that they share counts once. */
export const memoryOf = (pids: readonly number[]): number => {
  const kilobytes = pids.map((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss: +(\d+) kB/m.exec(rollup)?.[1]);
  });
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
};

/** CPU time that processes have used since they started, in milliseconds (`/proc/PID/stat`, ticks of 10 ms). */
export const cpuOf = (pids: readonly number[]): number => {
  const ticks = pids.map((pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * 10;
};
