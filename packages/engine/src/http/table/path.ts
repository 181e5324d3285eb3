import { isObject } from '../../schema/json.ts';

/** One step of a path: a member, an item, all items, or the items whose member has a value. */
type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'where'; readonly path: readonly string[]; readonly value: unknown };

const MEMBER = /^\.?((?:[^.[\]\\]|\\.)+)/;
const QUOTED = /^\[(?:'([^']*)'|"([^"]*)")\]/;
const ITEM = /^\[(-?\d+)\]/;
const ALL = /^(?:\.?\[\*\]|\.\*)/;
const WHERE = /^\[\?\(\s*@\.([^\s=]+)\s*==\s*(?:"([^"]*)"|'([^']*)'|(\S+?))\s*\)\]/;

/**
 * The part of kubectl's JSONPath that printer columns use:
 * `.status.conditions[?(@.type=="Ready")].status`, `.spec.list[0].name`, `.metadata.labels.a\.b/c`. What
 * cannot be read finds nothing.
 */
export const readPath = (path: string): ((value: unknown) => unknown[]) => {
  const steps = parsePath(path.replace(/^\{(.*)\}$/, '$1'));
  return (value) => steps?.reduce(follow, [value]) ?? [];
};

const parsePath = (path: string): Step[] | undefined => {
  const steps: Step[] = [];
  let rest = path;
  while (rest !== '') {
    const next = parseStep(rest);
    if (next === undefined) return undefined;
    steps.push(next.step);
    rest = rest.slice(next.length);
  }
  return steps;
};

const parseStep = (rest: string): { readonly step: Step; readonly length: number } | undefined => {
  for (const [form, make] of FORMS) {
    const found = form.exec(rest);
    if (found !== null) return { step: make(found), length: found[0].length };
  }
  return undefined;
};

const FORMS: readonly (readonly [RegExp, (found: RegExpExecArray) => Step])[] = [
  [ALL, () => ({ kind: 'all' })],
  [ITEM, (found) => ({ kind: 'item', index: Number(found[1]) })],
  [QUOTED, (found) => ({ kind: 'member', name: found[1] ?? found[2] ?? '' })],
  [
    WHERE,
    (found) => ({
      kind: 'where',
      path: (found[1] ?? '').split('.'),
      value: found[2] ?? found[3] ?? literal(found[4] ?? ''),
    }),
  ],
  [MEMBER, (found) => ({ kind: 'member', name: (found[1] ?? '').replace(/\\(.)/g, '$1') })],
];

const literal = (text: string): unknown => {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
};

const follow = (values: readonly unknown[], step: Step): unknown[] =>
  values.flatMap((value) => (Array.isArray(value) ? inArray(value, step) : inObject(value, step)));

const inArray = (items: readonly unknown[], step: Step): readonly unknown[] => {
  switch (step.kind) {
    case 'item':
      return items.at(step.index) === undefined ? [] : [items.at(step.index)];
    case 'where':
      return items.filter((item) => memberAt(item, step.path) === step.value);
    default:
      return step.kind === 'all' ? items : [];
  }
};

const inObject = (value: unknown, step: Step): readonly unknown[] => {
  if (!isObject(value)) return [];
  if (step.kind === 'all') return Object.values(value);
  return step.kind === 'member' && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
};

const memberAt = (item: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), item);
