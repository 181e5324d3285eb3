import type { RuleBook } from '../rules.ts';
import { crdRules } from '../crd/rules.ts';
import { immutableRules } from './immutable.ts';
import { jobRules } from './job.ts';
import { namespaceRules } from './namespace.ts';
import { podRules } from './pod/rules.ts';

/** All kinds that ask for more than their structure says. */
export const ruleBook: RuleBook = {
  '/namespaces': namespaceRules,
  '/pods': podRules,
  '/secrets': immutableRules,
  '/configmaps': immutableRules,
  'apiextensions.k8s.io/customresourcedefinitions': crdRules,
  'batch/jobs': jobRules,
};
