import { forbidden } from '../http/errors.ts';
import type { AdmissionRequest } from './chain.ts';

/** Whether a request is about objects of this kind (built-in ones need no group). */
export const isAbout = (
  { resource: { definition } }: Pick<AdmissionRequest, 'resource'>,
  resource: string,
  group = '',
): boolean => definition.resource === resource && definition.group === group;

/** The 403 of an admission step (apiserver, admission.NewForbidden). */
export const refusal = ({ resource: { definition }, name }: AdmissionRequest, why: string): Error =>
  forbidden({ group: definition.group, resource: definition.resource, name }, why);

/** Several reasons in one message (apimachinery, NewAggregate): each once, in brackets when there are more. */
export const aggregate = (reasons: readonly string[]): string => {
  const distinct = [...new Set(reasons)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
};
