import type { ParamRef, PolicyBinding } from '../../../admission/policy/policy.ts';
import type { FieldError } from '../../../schema/field-error.ts';
import { Place } from '../../../schema/place.ts';
import type { Rules } from '../../rules.ts';
import { judgeLabelSelector } from '../selector.ts';
import { judgeMatching } from './matching.ts';

const ACTIONS = ['Audit', 'Deny', 'Warn'];
const NOT_FOUND = ['Deny', 'Allow'];
const ONE_OF_TWO = 'name and selector are mutually exclusive';
const TWICE =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

const bindingErrors = ({ spec }: PolicyBinding): readonly FieldError[] => {
  const at = new Place('spec');
  if (spec.policyName === undefined || spec.policyName === '') at.field('policyName').required();
  if (spec.paramRef !== undefined) judgeParamRef(spec.paramRef, at.field('paramRef'));
  if (spec.matchResources !== undefined) judgeMatching(spec.matchResources, at.field('matchResources'));
  judgeActions(spec.validationActions ?? [], at.field('validationActions'));
  return at.found;
};

const judgeParamRef = (
  { name = '', selector, parameterNotFoundAction: action }: ParamRef,
  at: Place,
): void => {
  if (name !== '' && selector !== undefined) at.field('name').forbidden(ONE_OF_TWO);
  if (selector !== undefined) judgeLabelSelector(selector, at.field('selector'));
  if (name !== '' && selector !== undefined) at.field('selector').forbidden(ONE_OF_TWO);
  if (name === '' && selector === undefined) at.required('one of name or selector must be specified');
  at.field('parameterNotFoundAction').oneOf(action, NOT_FOUND);
};

const judgeActions = (actions: readonly string[], at: Place): void => {
  actions.forEach((action, index) => {
    if (!ACTIONS.includes(action)) at.index(index).unsupported(action, ACTIONS);
    if (actions.indexOf(action) < index) at.index(index).duplicate(action);
  });
  if (actions.includes('Deny') && actions.includes('Warn')) at.invalid(actions, TWICE);
  if (actions.length === 0) at.required('at least one validation action is required');
};

export const policyBindingRules: Rules = { complete: true, validate: bindingErrors };
