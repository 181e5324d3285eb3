import type { Place } from '../../schema/place.ts';
import type { Crd, CrdCondition } from './definition.ts';

/** Groups of Kubernetes itself are for what its community has approved (KEP-1111). */
const isProtected = (group: string): boolean =>
  ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group.endsWith(`.${domain}`));

const ANNOTATION = 'api-approved.kubernetes.io';
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';

interface Approval {
  readonly state: 'Missing' | 'Bypassed' | 'Approved' | 'Invalid';
  readonly words: string;
}

const approvalOf = ({ metadata }: Crd): Approval => {
  const said = metadata.annotations?.[ANNOTATION] ?? '';
  const must = `protected groups must have approval annotation "${ANNOTATION}"`;
  if (said === '') return { state: 'Missing', words: `${must}, ${SEE}` };
  if (said.startsWith('unapproved'))
    return { state: 'Bypassed', words: `not approved: ${JSON.stringify(said)}` };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(said)) return { state: 'Approved', words: `approved in ${said}` };
  return {
    state: 'Invalid',
    words: `${must} with either a URL or a reason starting with "unapproved", ${SEE}`,
  };
};

/** Notes what a definition of a protected group lacks; one that lacked it before may go on so. */
export const approvalFault = (crd: Crd, old: Crd | undefined, root: Place): void => {
  if (!isProtected(crd.spec.group)) return;
  const { state, words } = approvalOf(crd);
  if (old !== undefined && approvalOf(old).state === state) return;
  const place = root.field('metadata').field('annotations').key(ANNOTATION);
  if (state === 'Missing') place.required(words);
  else if (state === 'Invalid') place.invalid(crd.metadata.annotations?.[ANNOTATION] ?? '', words);
};

const REASONS = {
  Missing: ['False', 'MissingAnnotation'],
  Bypassed: ['False', 'UnapprovedAnnotation'],
  Approved: ['True', 'ApprovedAnnotation'],
  Invalid: ['False', 'InvalidAnnotation'],
} as const;

/** What a definition of a protected group says of its approval; undefined for all others. */
export const approvalCondition = (crd: Crd): Omit<CrdCondition, 'lastTransitionTime'> | undefined => {
  if (!isProtected(crd.spec.group)) return undefined;
  const { state, words } = approvalOf(crd);
  const [status, reason] = REASONS[state];
  return { type: 'KubernetesAPIApprovalPolicyConformant', status, reason, message: words };
};
