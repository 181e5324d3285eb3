import { invalid, required } from './field-error.ts';
import { isObject } from './json.ts';
import { enumCheck, limitsCheck } from './limits.ts';
import type { Condition, ValueRules } from './structural.ts';
import type { Check, Trail } from './trail.ts';

/** `allOf`, `anyOf`, `oneOf` and `not`; undefined when there are none. */
export function rulesCheck(rules: ValueRules | undefined): Check | undefined {
  if (rules === undefined) return undefined;
  const checks = [anyCheck(rules.anyOf), oneCheck(rules.oneOf), allCheck(rules.allOf), notCheck(rules.not)];
  return inTurn(checks);
}

/** One check after the other; undefined when there is none. */
export function inTurn(checks: readonly (Check | undefined)[]): Check | undefined {
  const present = checks.filter((check) => check !== undefined);
  if (present.length < 2) return present[0];
  return (value, trail) => {
    for (const check of present) check(value, trail);
  };
}

/** The object as a whole is named, not the field: so Kubernetes words what is no single field's fault. */
const wholeFault = (trail: Trail, words: string): void => {
  trail.add(invalid('', '', `${JSON.stringify(trail.path())} ${words}`));
};

function errorsOf(check: Check, value: unknown, trail: Trail) {
  const branch = trail.branch();
  check(value, branch);
  return branch.errors;
}

function anyCheck(branches: readonly Condition[] | undefined): Check | undefined {
  if (!branches?.length) return undefined;
  const checks = branches.map(conditionCheck);
  return (value, trail) => {
    const failures = checks.map((check) => errorsOf(check, value, trail));
    if (failures.some((errors) => errors.length === 0)) return;
    wholeFault(trail, 'must validate at least one schema (anyOf)');
    trail.errors.push(...(failures[0] ?? []));
  };
}

function oneCheck(branches: readonly Condition[] | undefined): Check | undefined {
  if (!branches?.length) return undefined;
  const checks = branches.map(conditionCheck);
  return (value, trail) => {
    const failures = checks.map((check) => errorsOf(check, value, trail));
    const valid = failures.filter((errors) => errors.length === 0).length;
    if (valid === 1) return;
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    wholeFault(trail, `must validate one and only one schema (oneOf). ${found}`);
    if (valid === 0) trail.errors.push(...(failures[0] ?? []));
  };
}

function allCheck(branches: readonly Condition[] | undefined): Check | undefined {
  if (!branches?.length) return undefined;
  const checks = branches.map(conditionCheck);
  return (value, trail) => {
    const failures = checks.map((check) => errorsOf(check, value, trail));
    const valid = failures.filter((errors) => errors.length === 0).length;
    if (valid === checks.length) return;
    trail.errors.push(...failures.flat());
    wholeFault(trail, `must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`);
  };
}

function notCheck(branch: Condition | undefined): Check | undefined {
  if (branch === undefined) return undefined;
  const check = conditionCheck(branch);
  return (value, trail) => {
    if (errorsOf(check, value, trail).length === 0) wholeFault(trail, 'must not validate the schema (not)');
  };
}

function conditionCheck(condition: Condition): Check {
  const allowed = enumCheck(condition.enum);
  const own = inTurn([rulesCheck(condition.rules), limitsCheck(condition), allowed, partsCheck(condition)]);
  return (value, trail) => {
    // Null has no type to be limited in.
    if (value === null) allowed?.(value, trail);
    else own?.(value, trail);
  };
}

function partsCheck(condition: Condition): Check | undefined {
  const properties = Object.entries(condition.properties ?? {}).map(
    ([name, part]) => [name, conditionCheck(part)] as const,
  );
  const values = condition.values && conditionCheck(condition.values);
  const items = condition.items && conditionCheck(condition.items);
  return inTurn([
    values && eachValue(values),
    properties.length > 0 ? eachProperty(properties) : undefined,
    requiredCheck(condition.required),
    items && eachItem(items),
  ]);
}

/** Named members, those that are there. */
export const eachProperty =
  (properties: readonly (readonly [name: string, check: Check])[]): Check =>
  (value, trail) => {
    if (!isObject(value)) return;
    for (const [name, check] of properties) {
      if (!Object.hasOwn(value, name) || value[name] === undefined) continue;
      trail.enter(name);
      check(value[name], trail);
      trail.leave();
    }
  };

export const eachValue =
  (check: Check): Check =>
  (value, trail) => {
    if (!isObject(value)) return;
    for (const name in value) {
      trail.enter(name);
      check(value[name], trail);
      trail.leave();
    }
  };

export const eachItem =
  (check: Check): Check =>
  (value, trail) => {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index++) {
      trail.enter(index);
      check(value[index], trail);
      trail.leave();
    }
  };

export function requiredCheck(names: readonly string[] | undefined): Check | undefined {
  if (!names?.length) return undefined;
  return (value, trail) => {
    if (!isObject(value)) return;
    for (const name of names) {
      if (Object.hasOwn(value, name) && value[name] !== undefined) continue;
      const path = trail.path();
      trail.add(required(path === '' ? name : `${path}.${name}`));
    }
  };
}
