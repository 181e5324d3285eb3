// The types and handles of Kubernetes' built-in kinds for @fairlead/kube, from what tools/kinds reads out of
// Kubernetes' own scheme. One module per API package; every field is there, with its enumeration.
import { readFileSync } from 'node:fs';

type Row = readonly [
  number: string,
  code: string,
  flags: string,
  facts?: { readonly enum?: readonly string[] },
];
type Rows = Readonly<Record<string, Row>>;

interface Resource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly type: string;
  readonly namespaced: boolean;
  readonly storage: boolean;
}

const generated = new URL('../../packages/engine/src/schema/generated/', import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, generated), 'utf8'));
const types = read('types.json') as Readonly<Record<string, Rows>>;
const resources = (read('resources.json') as readonly Resource[]).filter(isObject);

/** What is kept under its own name; reviews, bindings and older versions of a kind are not. */
function isObject({ storage, kind, group }: Resource): boolean {
  return storage && !/Review$|^Binding$|^ComponentStatus$/.test(kind) && group !== 'events.k8s.io';
}

/** Written by hand, with what the scheme does not know: what conditions may say, how selectors select. */
const byHand: Readonly<Record<string, string>> = {
  'meta.v1.Condition': 'Condition',
  'meta.v1.LabelSelector': 'LabelSelector',
  'core.v1.ObjectReference': 'ObjectReference',
  'meta.v1.ObjectMeta': 'ObjectMeta',
  'meta.v1.LabelSelectorRequirement': 'LabelRequirement',
};

/** Names that the toolkit has for something else. */
const taken = new Set(['Counter', 'ParentReference']);

/** Of types of one name, a kind or else the first keeps it; the others get their package's name before it. */
const nameOf = (type: string): string => {
  const [place = '', , name = ''] = type.split('.');
  const same = [...used].filter((other) => other.endsWith(`.${name}`));
  const first = same.find((other) => resources.some((resource) => resource.type === other)) ?? same[0];
  const isPlain = (first === undefined || first === type) && !taken.has(name);
  return byHand[type] ?? (isPlain ? name : `${capital(place)}${name}`);
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'boolean',
  int32: 'number',
  int64: 'number',
  float64: 'number',
  bytes: 'string',
  time: 'string',
  'micro-time': 'string',
  duration: 'string',
  quantity: 'string | number',
  'int-or-string': 'IntOrString',
  any: 'unknown',
};

function render(code: string, values?: readonly string[]): string {
  if (code === 'v1.ConditionStatus=string') return "Condition['status']";
  const rest = code.replace(/^[\w.]+=/, '');
  if (rest.startsWith('[]')) return `readonly ${inList(render(rest.slice(2), values))}[]`;
  if (rest.startsWith('{}')) return `Readonly<Record<string, ${render(rest.slice(2), values)}>>`;
  if (rest === 'string' && values !== undefined) return values.map((value) => `'${value}'`).join(' | ');
  // Of a template: its object gets a name later.
  if (rest === 'meta.v1.ObjectMeta') return 'Partial<ObjectMeta>';
  return scalars[rest] ?? nameOf(rest);
}

const inList = (text: string): string => (/ /.test(text) ? `(${text})` : text);

/** The types that a type mentions. */
const mentionsOf = (type: string): string[] =>
  fieldsOf(type)
    .map(([, [, code]]) => code.replace(/^[\w.]+=/, '').replace(/^(\[\]|\{\})+/, ''))
    .filter((code) => Object.hasOwn(types, code));

const fieldsOf = (type: string): [string, Row][] =>
  Object.entries(types[type] ?? {}).filter(([name]) => name !== '$');

/** Every type that a kind's objects are made of. */
function closure(roots: readonly string[]): Set<string> {
  const all = new Set<string>();
  const visit = (type: string): void => {
    if (all.has(type) || byHand[type] !== undefined) return;
    all.add(type);
    for (const other of mentionsOf(type)) visit(other);
  };
  for (const root of roots) visit(root);
  return all;
}

const used = closure(resources.map(({ type }) => type));

const isRequired = ([, , flags]: Row): boolean => flags.includes('r');

/** Objects of these kinds may well say nothing of what they want. */
const wantsNothing = new Set(['Namespace', 'Node', 'Lease', 'ResourceQuota', 'LimitRange']);

/** Go marks hardly any `spec` or `template` as required, nor the name of what is referred to; none is without. */
const mustHave = (type: string, name: string, row: Row): boolean =>
  isRequired(row) ||
  name === 'template' ||
  (name === 'spec' && !wantsNothing.has(nameOf(type))) ||
  (name === 'name' &&
    /(KeySelector|EnvSource|Projection|LocalObjectReference|ConfigMapVolumeSource)$/.test(type));

/** What Go writes for an empty value of these, and reads: an empty list that it does not leave out, no time. */
const orNull = (name: string, [, code, flags]: Row): string => {
  const isList = /^([\w.]+=)?(\[\]|\{\})/.test(code) && !/[erz]/.test(flags);
  const isTime = /^v1\.(Micro)?Time=/.test(code) && !flags.includes('p') && name !== 'lastTransitionTime';
  return isList || isTime ? ' | null' : '';
};

function renderType(type: string): string {
  const isKind = resources.some((resource) => resource.type === type);
  const lines = fieldsOf(type)
    .filter(([name]) => !isKind || !['apiVersion', 'kind', 'metadata'].includes(name))
    .map(([name, row]) => {
      const key = /^\w+$/.test(name) ? name : `'${name}'`;
      return `  readonly ${key}${mustHave(type, name, row) ? '' : '?'}: ${render(row[1], row[3]?.enum)}${orNull(name, row)};`;
    });
  const head = `export interface ${nameOf(type)}${isKind ? ' extends KubeObject' : ''}`;
  return `${head} {\n${lines.join('\n')}\n}\n`;
}

/** `ConfigMap`, `configmaps` → `configMaps`. */
export function handleName({ kind, resource }: Pick<Resource, 'kind' | 'resource'>): string {
  const shared = [...kind.toLowerCase()].findIndex((letter, i) => resource[i] !== letter);
  const name =
    (shared < 0 ? kind : kind.slice(0, shared)) + resource.slice(shared < 0 ? kind.length : shared);
  // `CSIDriver` → `csiDriver`
  return name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase());
}

const renderHandle = (given: Resource): string => {
  const { group, version, kind, resource, namespaced } = given;
  const words = Object.entries({ group, version, kind, resource }).map(([key, word]) => `${key}: '${word}'`);
  const type = `{ ${words.join(', ')}, namespaced: ${namespaced} }`;
  return `export const ${handleName(given)}: Kind<${nameOf(given.type)}> = kind(${type});\n`;
};

const placeOf = (type: string): string => type.split('.')[0] ?? '';

/** The modules, by their names. Those with types only are never loaded: the handles are one small module. */
export function renderKinds(): ReadonlyMap<string, string> {
  const all = [...used].sort();
  const places = [...new Set(all.map(placeOf))].sort();
  const modules = places.map((place) => {
    const own = all.filter((type) => placeOf(type) === place);
    const body = own.map(renderType).join('\n');
    return [`${place}.ts`, `${generatedNote}${renderImports(place, own, body)}\n${body}`] as const;
  });
  const index = places.map((place) => `export type * from './${place}.ts';\n`).join('');
  return new Map([
    ...modules,
    ['handles.ts', renderHandles(places)],
    ['index.ts', `${generatedNote}${index}export * from './handles.ts';\n`],
  ]);
}

function renderHandles(places: readonly string[]): string {
  const imports = places.map((place) => {
    const names = resources.filter(({ type }) => placeOf(type) === place).map(({ type }) => nameOf(type));
    return names.length === 0 ? '' : `import type { ${names.sort().join(', ')} } from './${place}.ts';\n`;
  });
  const head = `${generatedNote}import { type Kind, kind } from '../kind.ts';\n${imports.join('')}`;
  return `${head}\n${resources.map(renderHandle).sort().join('')}`;
}

const generatedNote = '// Written by `npm run generate` from the scheme of Kubernetes 1.34.\n';

function renderImports(place: string, own: readonly string[], body: string): string {
  const foreign = new Set(
    own.flatMap(mentionsOf).filter((type) => byHand[type] === undefined && placeOf(type) !== place),
  );
  const used = (names: readonly string[]): string[] =>
    names.filter((each) => new RegExp(`\\b${each}\\b`).test(body));
  const places = Map.groupBy([...foreign], placeOf);
  const lines: [string, string[]][] = [
    ['../../object.ts', used(['KubeObject', 'ObjectMeta'])],
    [
      '../meta.ts',
      used(['Condition', 'IntOrString', 'LabelRequirement', 'LabelSelector', 'ObjectReference']),
    ],
    ...[...places].map(([other, found]): [string, string[]] => [`./${other}.ts`, found.map(nameOf).sort()]),
  ];
  return lines
    .filter(([, names]) => names.length > 0)
    .map(([from, names]) => `import type { ${names.join(', ')} } from '${from}';\n`)
    .join('');
}
