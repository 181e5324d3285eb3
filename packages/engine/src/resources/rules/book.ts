import type { RuleBook } from '../rules.ts';
import { crdRules } from '../crd/rules.ts';
import { autoscalerRules } from './autoscaler.ts';
import { cronJobRules } from './batch/cron-job.ts';
import { jobRules } from './batch/job.ts';
import { disruptionBudgetRules } from './disruption-budget.ts';
import { immutableRules } from './immutable.ts';
import { limitRangeRules } from './limit-range.ts';
import { namespaceRules } from './namespace.ts';
import { podRules } from './pod/rules.ts';
import { resourceQuotaRules } from './resource-quota.ts';
import { daemonSetRules } from './workload/daemon-set.ts';
import { deploymentRules, replicaSetRules } from './workload/deployment.ts';
import { replicationControllerRules } from './workload/replication-controller.ts';
import { statefulSetRules } from './workload/stateful-set.ts';

/** All kinds that ask for more than their structure says. */
export const ruleBook: RuleBook = {
  '/limitranges': limitRangeRules,
  '/namespaces': namespaceRules,
  '/pods': podRules,
  '/resourcequotas': resourceQuotaRules,
  '/replicationcontrollers': replicationControllerRules,
  '/secrets': immutableRules,
  '/configmaps': immutableRules,
  'apiextensions.k8s.io/customresourcedefinitions': crdRules,
  'apps/daemonsets': daemonSetRules,
  'apps/deployments': deploymentRules,
  'apps/replicasets': replicaSetRules,
  'apps/statefulsets': statefulSetRules,
  'autoscaling/horizontalpodautoscalers': autoscalerRules,
  'batch/cronjobs': cronJobRules,
  'batch/jobs': jobRules,
  'policy/poddisruptionbudgets': disruptionBudgetRules,
};
