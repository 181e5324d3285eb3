import { isIPv4 } from 'node:net';
import type { Place } from '../../../schema/place.ts';
import { dnsSubdomain, ipAddress, qualifiedName } from '../../formats.ts';
import type { ContainerStatus, Pod, PodStatus } from './pod.ts';
import type { PodSpec } from './types.ts';

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

/** What a node may say of a pod (Kubernetes' ValidatePodStatusUpdate). */
export const judgePodStatus = (next: Pod, old: Pod, at: Place): void => {
  const { status = {} } = next;
  const { status: before = {}, spec = {} } = old;
  judgeConditions(status, at.field('conditions'));
  const { nominatedNodeName: nominated = '' } = status;
  if (nominated !== '' && nominated !== before.nominatedNodeName) {
    at.field('nominatedNodeName').faults(nominated, dnsSubdomain(nominated));
  }
  judgeGeneration(status, at);
  if ((status.qosClass ?? '') !== (before.qosClass ?? '')) {
    at.field('qosClass').invalid(status.qosClass ?? '', 'field is immutable');
  }
  judgeStates(status, before, { spec, at });
  judgeAddresses(status.podIPs ?? [], at.field('podIPs'));
  judgeHostAddresses(status, at.field('hostIPs'));
};

const judgeGeneration = (
  { observedGeneration = 0 }: { readonly observedGeneration?: number },
  at: Place,
): void => {
  if (observedGeneration >= 0) return;
  at.field('observedGeneration').invalid(observedGeneration, 'must be a non-negative integer');
};

const judgeConditions = ({ conditions = [] }: PodStatus, at: Place): void => {
  conditions.forEach((condition, index) => {
    judgeGeneration(condition, at.index(index));
    if (SYSTEM_CONDITIONS.includes(condition.type)) return;
    at.index(index).field('Type').faults(condition.type, qualifiedName(condition.type));
  });
};

const LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** What has ended stays ended, unless the pod says that it is started again. */
const judgeStates = (
  next: PodStatus,
  old: PodStatus,
  { spec, at }: { readonly spec: PodSpec; readonly at: Place },
): void => {
  for (const list of LISTS) {
    (old[list] ?? []).forEach((before, index) => {
      if (before.state?.terminated === undefined || mayRestart(before, list, spec)) return;
      for (const after of next[list] ?? []) {
        if (after.name !== before.name || after.state?.terminated !== undefined) continue;
        const why = 'may not be transitioned to non-terminated state';
        at.field(list).index(index).field('state').forbidden(why);
      }
    });
  }
};

const mayRestart = (
  { name, state }: ContainerStatus,
  list: (typeof LISTS)[number],
  spec: PodSpec,
): boolean => {
  if (list === 'ephemeralContainerStatuses') return false;
  if (spec.restartPolicy === 'Always') return true;
  if (spec.restartPolicy === 'OnFailure' && state?.terminated?.exitCode !== 0) return true;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return list === 'initContainerStatuses' && sidecars.some((container) => container.name === name);
};

/** One of each family at most. */
const judgeAddresses = (given: NonNullable<PodStatus['podIPs']>, at: Place): void => {
  const addresses = given.map(({ ip = '' }) => ip);
  addresses.forEach((ip, index) => at.index(index).faults(ip, ipAddress(ip)));
  if (addresses.length < 2) return;
  const broken = addresses.findIndex((ip) => ipAddress(ip).length > 0);
  if (broken >= 0) {
    at.internal(`failed to check for dual stack with error:invalid IP[${broken}]: ${addresses[broken]}`);
  }
  const families = new Set(addresses.map((ip) => isIPv4(ip)));
  if (broken < 0 && families.size === addresses.length) return;
  const shown = addresses.map((ip) => new Map([['IP', ip]]));
  at.invalid(shown, 'may specify no more than one IP for each IP family');
};

const judgeHostAddresses = ({ hostIP = '', hostIPs = [] }: PodStatus, at: Place): void => {
  const [first] = hostIPs;
  if (first !== undefined && hostIP !== first.ip) {
    at.index(0).field('ip').invalid(first.ip, 'must be equal to `hostIP`');
  }
  judgeAddresses(hostIPs, at);
};
