import type { Place } from '../../../schema/place.ts';
import { dnsLabel, dnsSubdomain, ipAddress, positiveInt32, qualifiedName } from '../../formats.ts';
import { judgeLabels } from '../../metadata-rules.ts';
import { printed } from '../printed.ts';
import { judgeAffinity } from './affinity.ts';
import {
  judgeContainers,
  judgeEphemeralContainers,
  judgeInitContainers,
  type Surroundings,
} from './container.ts';
import { judgeDns } from './dns.ts';
import { judgeHostNetwork } from './ports.ts';
import { judgePodResource, judgeResources } from './resources.ts';
import { judgePodSecurityContext } from './security-context.ts';
import { judgeSpread } from './spread.ts';
import { judgeTolerations } from './tolerations.ts';
import type { PodSpec, ResourceClaim } from './types.ts';
import { judgeVolumes } from './volumes.ts';

/**
 * The rules for what runs, in a pod or in a template of one (Kubernetes' ValidatePodSpec), in its order.
 *
 * @param pod the name of the pod; undefined in a template
 */
export const judgePodSpec = (spec: PodSpec, pod: string | undefined, at: Place): void => {
  const { initContainers = [], ephemeralContainers, resources } = spec;
  const containers = spec.containers ?? [];
  const grace = spec.terminationGracePeriodSeconds;
  if (grace === undefined) at.field('terminationGracePeriodSeconds').required();
  const volumes = judgeVolumes(spec.volumes ?? [], pod ?? '', at.field('volumes'));
  const claims = (spec.resourceClaims ?? []).map(({ name = '' }) => name);
  judgeResourceClaims(spec.resourceClaims ?? [], at.field('resourceClaims'));
  const around: Surroundings = {
    volumes,
    claims,
    grace,
    restartPolicy: spec.restartPolicy ?? '',
    hostUsers: spec.hostUsers !== false,
  };
  judgeContainers(containers, around, at.field('containers'));
  judgeInitContainers(initContainers, { pod: around, beside: containers }, at.field('initContainers'));
  if (ephemeralContainers) {
    const given = { pod: around, beside: [...containers, ...initContainers] };
    judgeEphemeralContainers(ephemeralContainers, given, at.field('ephemeralContainers'));
  }
  if (resources) judgeResources(resources, at.field('resources'), { judgeName: judgePodResource });
  judgeHostNetwork(spec, pod !== undefined, at);
  judgePolicies(spec, at);
  judgeScheduling(spec, at);
  judgeHostUsers(spec, at);
  judgeNames(spec, at);
  judgeLimits(spec, at);
};

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

const judgePolicies = (spec: PodSpec, at: Place): void => {
  at.field('restartPolicy').oneOf(spec.restartPolicy, RESTART_POLICIES);
  at.field('dnsPolicy').oneOf(spec.dnsPolicy, DNS_POLICIES);
  if (spec.nodeSelector) judgeLabels(spec.nodeSelector, at.field('nodeSelector'));
  if (spec.securityContext) judgePodSecurityContext(spec.securityContext, spec, at.field('securityContext'));
};

const judgeScheduling = (spec: PodSpec, at: Place): void => {
  const { affinity, readinessGates = [], schedulingGates = [], topologySpreadConstraints } = spec;
  if (affinity) judgeAffinity(affinity, at.field('affinity'));
  judgeDns(spec.dnsConfig, spec.dnsPolicy, at.field('dnsConfig'));
  readinessGates.forEach(({ conditionType = '' }, index) => {
    at.field('readinessGates')
      .index(index)
      .field('conditionType')
      .faults(conditionType, qualifiedName(conditionType));
  });
  const gates = new Set<string>();
  schedulingGates.forEach(({ name = '' }, index) => {
    const here = at.field('schedulingGates').index(index);
    here.faults(name, qualifiedName(name));
    if (gates.has(name)) here.duplicate(name);
    gates.add(name);
  });
  if (topologySpreadConstraints)
    judgeSpread(topologySpreadConstraints, at.field('topologySpreadConstraints'));
};

/** A pod with users of its own shares little with the node. */
const judgeHostUsers = (spec: PodSpec, at: Place): void => {
  if (spec.hostUsers !== false) return;
  const why = 'when `hostUsers` is false';
  if (spec.hostNetwork === true) at.field('hostNetwork').forbidden(why);
  if (spec.hostPID === true) at.field('HostPID').forbidden(why);
  if (spec.hostIPC === true) at.field('HostIPC').forbidden(why);
};

const judgeNames = (spec: PodSpec, at: Place): void => {
  judgeName(spec.serviceAccountName, dnsSubdomain, at.field('serviceAccountName'));
  judgeName(spec.nodeName, dnsSubdomain, at.field('nodeName'));
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined) at.field('activeDeadlineSeconds').faults(deadline, positiveInt32(deadline));
  judgeName(spec.hostname, dnsLabel, at.field('hostname'));
  judgeName(spec.subdomain, dnsLabel, at.field('subdomain'));
  if (spec.tolerations) judgeTolerations(spec.tolerations, at.field('tolerations'));
  (spec.hostAliases ?? []).forEach(({ ip = '', hostnames = [] }, index) => {
    const here = at.field('hostAliases').index(index);
    here.field('ip').faults(ip, ipAddress(ip));
    hostnames.forEach((name, number) =>
      here.field('hostnames').index(number).faults(name, dnsSubdomain(name)),
    );
  });
  judgeName(spec.priorityClassName, dnsSubdomain, at.field('priorityClassName'));
  if (spec.runtimeClassName !== undefined) {
    at.field('runtimeClassName').faults(spec.runtimeClassName, dnsSubdomain(spec.runtimeClassName));
  }
};

const judgeName = (name: string | undefined, format: typeof dnsLabel, at: Place): void => {
  if (name !== undefined && name !== '') at.faults(name, format(name));
};

const PREEMPTION = ['PreemptLowerPriority', 'Never'];
const SYSTEMS = ['linux', 'windows'];

const judgeLimits = ({ preemptionPolicy, overhead, os }: PodSpec, at: Place): void => {
  if (preemptionPolicy !== undefined) at.field('preemptionPolicy').oneOf(preemptionPolicy, PREEMPTION);
  if (overhead) judgeResources({ limits: overhead }, at.field('overhead'));
  if (os === undefined) return;
  if ((os.name ?? '') === '') at.field('os').field('name').required();
  else if (!SYSTEMS.includes(os.name as string)) at.field('os').unsupported(os.name, SYSTEMS);
};

const judgeResourceClaims = (claims: readonly ResourceClaim[], at: Place): void => {
  const names = new Set<string>();
  claims.forEach((claim, index) => {
    const { name = '', resourceClaimName: one, resourceClaimTemplateName: made } = claim;
    const here = at.index(index);
    if (name === '') here.field('name').required();
    else if (names.has(name)) here.field('name').duplicate(name);
    else here.field('name').faults(name, dnsLabel(name));
    names.add(name);
    if (one !== undefined && made !== undefined) {
      const why = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      here.invalid(printed('core.PodResourceClaim', claim), why);
    }
    if (one === undefined && made === undefined) {
      here.invalid(
        printed('core.PodResourceClaim', claim),
        'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
      );
    }
    if (one !== undefined) here.field('resourceClaimName').faults(one, dnsSubdomain(one));
    if (made !== undefined) here.field('resourceClaimTemplateName').faults(made, dnsSubdomain(made));
  });
};
