import { required } from './field-error.ts';
import { isObject } from './json.ts';
import { enumCheck, limitsCheck } from './limits.ts';
import type { Condition, ValueRules } from './structural.ts';
import { typeCheck } from './type-check.ts';
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

/** What each branch finds wrong, on its own. */
function tryEach(checks: readonly Check[], value: unknown, trail: Trail): readonly Trail[] {
  return checks.map((check) => {
    const branch = trail.branch();
    check(value, branch);
    trail.looks += branch.looks;
    return branch;
  });
}

const isValid = (branch: Trail): boolean => branch.errors.length === 0;

/** The failure that went farthest, the first of them. */
const farthest = (branches: readonly Trail[]) =>
  branches.reduce((best, branch) => (branch.looks > best.looks ? branch : best)).errors;

function anyCheck(branches: readonly Condition[] | undefined): Check | undefined {
  if (!branches?.length) return undefined;
  const checks = branches.map(conditionCheck);
  return (value, trail) => {
    const tried = tryEach(checks, value, trail);
    if (tried.some(isValid)) return;
    trail.whole('must validate at least one schema (anyOf)');
    trail.errors.push(...farthest(tried));
  };
}

function oneCheck(branches: readonly Condition[] | undefined): Check | undefined {
  if (!branches?.length) return undefined;
  const checks = branches.map(conditionCheck);
  return (value, trail) => {
    const tried = tryEach(checks, value, trail);
    const valid = tried.filter(isValid).length;
    if (valid === 1) return;
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    trail.whole(`must validate one and only one schema (oneOf). ${found}`);
    if (valid === 0) trail.errors.push(...farthest(tried));
  };
}

function allCheck(branches: readonly Condition[] | undefined): Check | undefined {
  if (!branches?.length) return undefined;
  const checks = branches.map(conditionCheck);
  return (value, trail) => {
    const tried = tryEach(checks, value, trail);
    const valid = tried.filter(isValid).length;
    if (valid === checks.length) return;
    trail.errors.push(...tried.flatMap(({ errors }) => errors));
    trail.whole(`must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`);
  };
}

function notCheck(branch: Condition | undefined): Check | undefined {
  if (branch === undefined) return undefined;
  const check = conditionCheck(branch);
  return (value, trail) => {
    if (tryEach([check], value, trail).every(isValid)) trail.whole('must not validate the schema (not)');
  };
}

function conditionCheck(condition: Condition): Check {
  const allowed = enumCheck(condition.enum);
  const own = inTurn([
    typeOnlyCheck(condition.type),
    rulesCheck(condition.rules),
    limitsCheck(condition),
    allowed,
    partsCheck(condition),
  ]);
  return (value, trail) => {
    trail.looks++;
    // Null has no type to be limited in.
    if (value === null) allowed?.(value, trail);
    else own?.(value, trail);
  };
}

/** `x-kubernetes-int-or-string` may say its two types once more in rules; nothing else may name one. */
function typeOnlyCheck(type: string | undefined): Check | undefined {
  return type === undefined ? undefined : typeCheck([type]);
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
      trail.enterKey(name);
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
      trail.add(required(trail.field(name)));
    }
  };
}
