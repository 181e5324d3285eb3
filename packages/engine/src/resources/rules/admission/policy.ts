import { compilePolicy, type Expression } from '../../../admission/policy/compile.ts';
import type { AdmissionPolicy, Validation } from '../../../admission/policy/policy.ts';
import type { FieldError } from '../../../schema/field-error.ts';
import { Place } from '../../../schema/place.ts';
import type { Rules } from '../../rules.ts';
import { judgeMatching } from './matching.ts';

const FAILURES = ['Fail', 'Ignore'];
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];
const NOTHING = 'validations or auditAnnotations must contain at least one item';
const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;

const policyErrors = (policy: AdmissionPolicy): readonly FieldError[] => {
  const { spec } = policy;
  const at = new Place('spec');
  at.field('failurePolicy').oneOf(spec.failurePolicy, FAILURES);
  judgeConstraints(policy, at.field('matchConstraints'));
  judgeExpressions(policy, at);
  if ((spec.validations ?? []).length > 0 || (spec.auditAnnotations ?? []).length > 0) return at.found;
  at.field('validations').required(NOTHING);
  at.field('auditAnnotations').required(NOTHING);
  return at.found;
};

const judgeConstraints = ({ spec: { matchConstraints } }: AdmissionPolicy, at: Place): void => {
  if (matchConstraints === undefined) return at.required();
  judgeMatching(matchConstraints, at);
  if ((matchConstraints.resourceRules ?? []).length === 0) at.field('resourceRules').required();
};

const judgeExpressions = (policy: AdmissionPolicy, at: Place): void => {
  const { matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = policy.spec;
  const compiled = compilePolicy(policy);
  matchConditions.forEach(({ expression, name }, index) => {
    const place = at.field('matchConditions').index(index);
    judgeExpression(expression, { place: place.field('expression'), of: compiled.conditions[index] });
    if (name === '') place.field('name').required();
  });
  variables.forEach(({ expression, name }, index) => {
    const place = at.field('variables').index(index);
    if (name.trim() === '') place.field('name').required('name is not specified');
    else if (!IDENTIFIER.test(name)) place.field('name').invalid(name, 'must be a valid CEL identifier');
    const of = compiled.variables.get(name);
    judgeExpression(expression, { place: place.field('expression'), of, missing: MISSING });
  });
  validations.forEach((one, index) => {
    const place = at.field('validations').index(index);
    const { message, ...of } = compiled.validations[index] ?? { text: '' };
    judgeExpression(one.expression, { place: place.field('expression'), of, missing: MISSING });
    judgeWords(one, { place, of: message });
  });
  auditAnnotations.forEach(({ valueExpression }, index) => {
    const place = at.field('auditAnnotations').index(index).field('valueExpression');
    judgeExpression(valueExpression, { place, of: compiled.annotations[index] });
  });
};

const MISSING = 'expression is not specified';

interface Judged {
  readonly place: Place;
  readonly of: Expression | undefined;
  readonly missing?: string;
}

const judgeExpression = (source: string, { place, of, missing = '' }: Judged): void => {
  if (source.trim() === '') place.required(missing);
  else if (of?.error !== undefined) place.invalid(source, of.error);
};

const EMPTY = 'must be non-empty if specified';

/** What a refusal says. */
const judgeWords = (
  { message = '', messageExpression = '', reason }: Validation,
  { place, of }: Judged,
): void => {
  const computed = place.field('messageExpression');
  if (messageExpression !== '' && messageExpression.trim() === '') computed.invalid(messageExpression, EMPTY);
  else if (of?.error !== undefined) computed.invalid(messageExpression, of.error);
  if (message !== '' && message.trim() === '') place.field('message').invalid(message, EMPTY);
  else if (message.trim().includes('\n'))
    place.field('message').invalid(message, 'must not contain line breaks');
  if (reason !== undefined && !REASONS.includes(reason)) place.field('reason').unsupported(reason, REASONS);
};

export const admissionPolicyRules: Rules = { complete: true, validate: policyErrors };
