import { type Clock, sleep } from '@fairlead/kube';
import { readContainers, readMachine, type Used } from './read.ts';

/** How much was used over a while. */
export interface Rate {
  /** Billionths of a processor. */
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
}

/** What was measured at one time. */
export interface Usage {
  /** Milliseconds since the epoch, of its end. */
  readonly at: number;
  readonly windowMs: number;
  readonly machine: Rate;
  /** By the folder of the attempt. */
  readonly containers: ReadonlyMap<string, Rate>;
}

interface Sample {
  readonly at: number;
  readonly machine: Used;
  readonly containers: ReadonlyMap<string, Used>;
}

/** Who asks again before that gets the same answer. */
const resolutionMs = 10_000;
/** An older sample says nothing about now. */
const longestWindowMs = 120_000;
/** Between two samples when there is none to compare with. */
const firstWindowMs = 500;

/**
 * Measures when it is asked: what is used in between the asking costs nothing. The first to ask for a
 * while waits for half a second.
 */
export function openMeter(clock: Clock, take = takeSample): () => Promise<Usage> {
  let last: Sample | undefined;
  let answer: Usage | undefined;
  let measuring: Promise<Usage> | undefined;
  const measure = async (): Promise<Usage> => {
    if (last === undefined || clock.now() - last.at > longestWindowMs) {
      last = await take(clock);
      await sleep(clock, firstWindowMs);
    }
    const next = await take(clock);
    answer = compare(last, next);
    last = next;
    return answer;
  };
  return () => {
    if (answer !== undefined && clock.now() - answer.at < resolutionMs) return Promise.resolve(answer);
    measuring ??= measure().finally(() => {
      measuring = undefined;
    });
    return measuring;
  };
}

const takeSample = async (clock: Clock): Promise<Sample> => {
  const containers = await readContainers();
  return { at: clock.now(), machine: readMachine(), containers };
};

/** What has begun in between is measured from its beginning. */
function compare(before: Sample, after: Sample): Usage {
  const windowMs = Math.max(1, after.at - before.at);
  const rate = (used: Used, earlier: Used | undefined): Rate => ({
    cpuNanocores: Math.round((Math.max(0, used.cpuMs - (earlier?.cpuMs ?? 0)) / windowMs) * 1e9),
    memoryBytes: used.memoryBytes,
  });
  return {
    at: after.at,
    windowMs,
    machine: rate(after.machine, before.machine),
    containers: new Map(
      [...after.containers].map(([folder, used]) => [folder, rate(used, before.containers.get(folder))]),
    ),
  };
}
