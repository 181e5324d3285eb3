import type { RuleBook } from '../rules.ts';
import { crdRules } from '../crd/rules.ts';
import { jobRules } from './job.ts';
import { namespaceRules } from './namespace.ts';
import { podRules } from './pod.ts';
import { configMapRules, secretRules } from './secret.ts';

/** All kinds that ask for more than their structure says. */
export const ruleBook: RuleBook = {
  '/namespaces': namespaceRules,
  '/nodes': { keepsStatus: true },
  '/pods': podRules,
  '/secrets': secretRules,
  '/configmaps': configMapRules,
  '/services': { answersDeleted: true },
  '/serviceaccounts': { answersDeleted: true },
  '/persistentvolumeclaims': { answersDeleted: true },
  '/persistentvolumes': { answersDeleted: true },
  '/resourcequotas': { answersDeleted: true },
  '/podtemplates': { answersDeleted: true },
  'apiextensions.k8s.io/customresourcedefinitions': crdRules,
  'apps/deployments': { annotationsCount: true },
  'batch/jobs': jobRules,
};
