import type { Container } from '@fairlead/kube';
import { parseQuantity, quantityMilliValue, quantityValue } from '../../schema/quantity.ts';

/** What a container may use. */
export interface Limits {
  readonly memoryBytes: bigint | undefined;
  /** Thousandths of a processor. */
  readonly cpuMillis: bigint | undefined;
  /** What it is given when all want more; thousandths of a processor. */
  readonly cpuShareMillis: bigint | undefined;
}

/** Against programs that start themselves without end. */
const mostProcesses = 4096;
/** The kernel hands out time in portions of so many microseconds. */
const periodUs = 100_000n;
const smallestQuotaUs = 1000n;

export function limitsOf({ resources = {} }: Container): Limits {
  const { limits = {}, requests = {} } = resources;
  return {
    memoryBytes: valueOf(limits['memory'], quantityValue),
    cpuMillis: valueOf(limits['cpu'], quantityMilliValue),
    cpuShareMillis: valueOf(requests['cpu'] ?? limits['cpu'], quantityMilliValue),
  };
}

/** Zero is no limit. */
function valueOf(text: string | number | undefined, measure: typeof quantityValue): bigint | undefined {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  const value = quantity === undefined ? 0n : measure(quantity);
  return value > 0n ? value : undefined;
}

/** A file of a control group, and what is written to it. */
export type Setting = readonly [file: string, value: string];

/** By the controllers of the first version, each of which has a tree of its own (cgroups(7)). */
export function settingsV1({ memoryBytes, cpuMillis, cpuShareMillis }: Limits): Record<string, Setting[]> {
  return {
    memory: memoryBytes === undefined ? [] : [['memory.limit_in_bytes', String(memoryBytes)]],
    cpu: [
      ...(cpuMillis === undefined
        ? []
        : ([
            ['cpu.cfs_period_us', String(periodUs)],
            ['cpu.cfs_quota_us', String(quotaOf(cpuMillis))],
          ] as const)),
      ...(cpuShareMillis === undefined ? [] : ([['cpu.shares', String(sharesOf(cpuShareMillis))]] as const)),
    ],
    pids: [['pids.max', String(mostProcesses)]],
  };
}

/** The same where there is one tree (cgroup-v2.rst). */
export function settingsV2({ memoryBytes, cpuMillis, cpuShareMillis }: Limits): Setting[] {
  return [
    ...(memoryBytes === undefined
      ? []
      : ([
          ['memory.max', String(memoryBytes)],
          ['memory.oom.group', '1'],
        ] as const)),
    ...(cpuMillis === undefined ? [] : ([['cpu.max', `${quotaOf(cpuMillis)} ${periodUs}`]] as const)),
    ...(cpuShareMillis === undefined
      ? []
      : ([['cpu.weight', String(weightOf(sharesOf(cpuShareMillis)))]] as const)),
    ['pids.max', String(mostProcesses)],
  ];
}

const quotaOf = (millis: bigint): bigint => largest((millis * periodUs) / 1000n, smallestQuotaUs);
const sharesOf = (millis: bigint): bigint => largest((millis * 1024n) / 1000n, 2n);
/** Shares from 2 to 262144 as weights from 1 to 10000, as container runtimes turn them. */
const weightOf = (shares: bigint): bigint => 1n + ((shares - 2n) * 9999n) / 262_142n;
const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
