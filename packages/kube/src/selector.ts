import type { LabelRequirement, LabelSelector } from './kinds/meta.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether labels fulfil a selector. An empty selector fits everything, a missing one nothing. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels[requirement.key]))
  );
}

function meets({ operator, values = [] }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new TypeError(`unknown selector operator ${operator satisfies never}`);
  }
}

/** A selector as the query parameter `labelSelector` writes it. */
export function renderSelector(selector: LabelSelector): string {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return [...equal, ...(selector.matchExpressions ?? []).map(renderRequirement)].join(',');
}

function renderRequirement({ key, operator, values = [] }: LabelRequirement): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      throw new TypeError(`unknown selector operator ${operator satisfies never}`);
  }
}

/**
 * The way back from `renderSelector`, of everything that a `labelSelector` parameter may say.
 * Throws `SyntaxError`.
 */
export function parseSelector(text: string): LabelSelector {
  // Commas between requirements, not those within parentheses.
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  return { matchExpressions: text.trim() === '' ? [] : parts.map(parseRequirement) };
}

const forms: readonly (readonly [RegExp, LabelRequirement['operator']])[] = [
  [/^([^\s!=(),]+)\s+in\s*\(([^()]*)\)$/, 'In'],
  [/^([^\s!=(),]+)\s+notin\s*\(([^()]*)\)$/, 'NotIn'],
  [/^([^\s!=(),]+)\s*==?\s*([^\s!=(),]*)$/, 'In'],
  [/^([^\s!=(),]+)\s*!=\s*([^\s!=(),]*)$/, 'NotIn'],
  [/^!\s*([^\s!=(),]+)$/, 'DoesNotExist'],
  [/^([^\s!=(),]+)$/, 'Exists'],
];

function parseRequirement(text: string): LabelRequirement {
  for (const [form, operator] of forms) {
    const [, key, values] = form.exec(text) ?? [];
    if (key === undefined) continue;
    if (values === undefined) return { key, operator };
    return { key, operator, values: values.split(',').map((value) => value.trim()) };
  }
  throw new SyntaxError(`not a label requirement: ${JSON.stringify(text)}`);
}
