import type { RuleBook } from '../rules.ts';
import { crdRules } from '../crd/rules.ts';
import { policyBindingRules } from './admission/binding.ts';
import { admissionPolicyRules } from './admission/policy.ts';
import { autoscalerRules } from './autoscaler.ts';
import { cronJobRules } from './batch/cron-job.ts';
import { jobRules } from './batch/job.ts';
import { configMapRules } from './config-map.ts';
import { disruptionBudgetRules } from './disruption-budget.ts';
import { eventRules, newerEventRules } from './event.ts';
import { leaseRules } from './lease.ts';
import { limitRangeRules } from './limit-range.ts';
import { namespaceRules } from './namespace.ts';
import { endpointSliceRules } from './network/endpoint-slice.ts';
import { endpointsRules } from './network/endpoints.ts';
import { ingressClassRules } from './network/ingress-class.ts';
import { ingressRules } from './network/ingress.ts';
import { networkPolicyRules } from './network/policy.ts';
import { podRules } from './pod/rules.ts';
import { priorityClassRules } from './priority-class.ts';
import { resourceQuotaRules } from './resource-quota.ts';
import { clusterRoleBindingRules, roleBindingRules } from './rbac/binding.ts';
import { clusterRoleRules, roleRules } from './rbac/role.ts';
import { secretRules } from './secret.ts';
import { serviceAccountRules } from './service-account.ts';
import { serviceRules } from './service/rules.ts';
import { claimRules } from './storage/claim.ts';
import { volumeRules } from './storage/volume.ts';
import { storageClassRules } from './storage/class.ts';
import { daemonSetRules } from './workload/daemon-set.ts';
import { deploymentRules, replicaSetRules } from './workload/deployment.ts';
import { replicationControllerRules } from './workload/replication-controller.ts';
import { statefulSetRules } from './workload/stateful-set.ts';

/** All kinds that ask for more than their structure says. */
export const ruleBook: RuleBook = {
  '/configmaps': configMapRules,
  '/endpoints': endpointsRules,
  '/events': eventRules,
  '/limitranges': limitRangeRules,
  '/namespaces': namespaceRules,
  '/persistentvolumeclaims': claimRules,
  '/persistentvolumes': volumeRules,
  '/pods': podRules,
  '/replicationcontrollers': replicationControllerRules,
  '/resourcequotas': resourceQuotaRules,
  '/secrets': secretRules,
  '/serviceaccounts': serviceAccountRules,
  '/services': serviceRules,
  'admissionregistration.k8s.io/validatingadmissionpolicies': admissionPolicyRules,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': policyBindingRules,
  'apiextensions.k8s.io/customresourcedefinitions': crdRules,
  'apps/daemonsets': daemonSetRules,
  'apps/deployments': deploymentRules,
  'apps/replicasets': replicaSetRules,
  'apps/statefulsets': statefulSetRules,
  'autoscaling/horizontalpodautoscalers': autoscalerRules,
  'batch/cronjobs': cronJobRules,
  'batch/jobs': jobRules,
  'coordination.k8s.io/leases': leaseRules,
  'discovery.k8s.io/endpointslices': endpointSliceRules,
  'events.k8s.io/events': newerEventRules,
  'networking.k8s.io/ingressclasses': ingressClassRules,
  'networking.k8s.io/ingresses': ingressRules,
  'networking.k8s.io/networkpolicies': networkPolicyRules,
  'policy/poddisruptionbudgets': disruptionBudgetRules,
  'rbac.authorization.k8s.io/clusterrolebindings': clusterRoleBindingRules,
  'rbac.authorization.k8s.io/clusterroles': clusterRoleRules,
  'rbac.authorization.k8s.io/rolebindings': roleBindingRules,
  'rbac.authorization.k8s.io/roles': roleRules,
  'scheduling.k8s.io/priorityclasses': priorityClassRules,
  'storage.k8s.io/storageclasses': storageClassRules,
};
