import type { Clock, Random } from '@fairlead/kube';
import type { Registry } from '../resources/registry.ts';
import type { Schema } from '../schema/structural.ts';
import type { Store } from '../store/contract.ts';
import { type Admission, type Chain, chainOf } from './chain.ts';
import { claimResize } from './claim-resize.ts';
import { customResourceDefinitions } from './custom-resource-definitions.ts';
import { defaultIngressClass, defaultStorageClass } from './default-class.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { escalation, type Judges } from './escalation.ts';
import { limitRanger } from './limit-ranger/limit-ranger.ts';
import { type Lister, openLister } from './lister.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { validatingPolicies } from './policy/validating.ts';
import { podPorts, sharedBy } from './pod-ports.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import type { Ports } from './ports.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './resource-quota/resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { storageProtection } from './storage-protection.ts';
import { serviceAccount } from './service-account/service-account.ts';
import { serviceAllocation } from './services/allocation.ts';
import { openServiceBook } from './services/book.ts';
import { taintNodes } from './taint-nodes.ts';

interface Given {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Registry;
  readonly judges: Judges;
  /** Where pods share the machine's network. */
  readonly ports: Ports | undefined;
  readonly more: readonly Admission[];
}

const ADMISSION = 'admissionregistration.k8s.io';

/** All steps in Kubernetes' order (kubeapiserver, AllOrderedPlugins); what they follow is let go by `close`. */
export const openSteps = (given: Given): { readonly chain: Chain; close(): void } => {
  const { store, clock, registry, ports, more } = given;
  const opened: Lister[] = [];
  const lister = (resource: string, group = ''): Lister => {
    const made = openLister(store, { group, resource });
    opened.push(made);
    return made;
  };
  const services = openServiceBook(store, given.random);
  const storageClasses = lister('storageclasses', 'storage.k8s.io');
  const chain = chainOf([
    namespaceLifecycle,
    limitRanger(lister('limitranges')),
    serviceAccount(given),
    taintNodes,
    podSecurity(lister('pods')),
    priority(lister('priorityclasses', 'scheduling.k8s.io')),
    defaultTolerationSeconds,
    defaultStorageClass(storageClasses),
    storageProtection,
    claimResize(storageClasses),
    runtimeClass,
    defaultIngressClass(lister('ingressclasses', 'networking.k8s.io')),
    customResourceDefinitions(registry, clock),
    ...(ports === undefined ? [] : [podPorts(ports, sharedBy(lister('nodes')))]),
    escalation(given.judges),
    ...more,
    validatingPolicies({
      policies: lister('validatingadmissionpolicies', ADMISSION),
      bindings: lister('validatingadmissionpolicybindings', ADMISSION),
      registry,
      store,
    }),
    serviceAllocation(services),
    // Last: what it counts nobody may refuse any more.
    resourceQuota(lister('resourcequotas'), { clock, schema: () => quotaSchema(registry) }),
  ]);
  return { chain, close: () => [...opened, services].forEach((one) => one.close()) };
};

const quotaSchema = (registry: Registry): Schema => {
  const quotas = registry.find('', 'v1', 'resourcequotas');
  if (quotas === undefined) throw new Error('resource quotas are not served');
  return quotas.version.schema();
};
