import { isIntOrStringAnyOf, itemsOf, JUNCTORS, type JsonSchemaProps, valuesOf } from './crd-props.ts';
import { type FieldError, forbidden, invalid, renderFieldError, required } from './field-error.ts';
import { compilePattern, PatternError } from './go-regexp.ts';

type Level = 'root' | 'item' | 'field';

const EMPTY_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** What keeps a schema from being structural, sorted as Kubernetes sorts it. */
export function structuralErrors(props: JsonSchemaProps, path: string): FieldError[] {
  const errors = [
    ...invariantErrors(props, { level: 'root', path }),
    ...completenessErrors({ rules: props, structure: props, at: path, rulesAt: path }),
  ];
  return errors.sort((a, b) => (renderFieldError(a) < renderFieldError(b) ? -1 : 1));
}

interface Place {
  readonly level: Level;
  readonly path: string;
}

const key = (path: string, name: string): string => `${path}.properties[${name}]`;

function invariantErrors(props: JsonSchemaProps, { level, path }: Place): FieldError[] {
  const [items, values] = [itemsOf(props), valuesOf(props)];
  const out: FieldError[] = [];
  if (props.type === 'array' && props.items === undefined)
    out.push(required(`${path}.items`, 'must be specified'));
  if (items !== undefined) out.push(...invariantErrors(items, { level: 'item', path: `${path}.items` }));
  for (const [name, part] of Object.entries(props.properties ?? {})) {
    out.push(...invariantErrors(part, { level: 'field', path: key(path, name) }));
  }
  if (props.additionalProperties !== undefined && level === 'root') {
    out.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  }
  if (values !== undefined)
    out.push(...invariantErrors(values, { level: 'field', path: `${path}.additionalProperties` }));
  return [
    ...out,
    ...extensionErrors(props, path),
    ...ruleErrors(props, path, skipOf(props)),
    ...typeErrors(props, { level, path }),
    ...metadataErrors(props, { level, path }),
  ];
}

function extensionErrors(props: JsonSchemaProps, path: string): FieldError[] {
  if (!props['x-kubernetes-int-or-string']) return [];
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter((extension) => props[extension] === true)
    .map((extension) =>
      invalid(`${path}.${extension}`, true, 'must be false if x-kubernetes-int-or-string is true'),
    );
}

function typeErrors(props: JsonSchemaProps, { level, path }: Place): FieldError[] {
  const { type = '' } = props;
  const out: FieldError[] = [];
  const embedded = props['x-kubernetes-embedded-resource'] === true;
  const open =
    props['x-kubernetes-int-or-string'] === true || props['x-kubernetes-preserve-unknown-fields'] === true;
  if (embedded && type !== 'object') {
    const words = 'must be object if x-kubernetes-embedded-resource is true';
    out.push(type === '' ? required(`${path}.type`, words) : invalid(`${path}.type`, type, words));
  } else if (type === '' && !open) {
    out.push(required(`${path}.type`, EMPTY_TYPE[level]));
  }
  if (embedded && props.additionalProperties !== undefined) {
    out.push(
      forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'),
    );
  }
  if (level === 'root' && type !== '' && type !== 'object')
    out.push(invalid(`${path}.type`, type, 'must be object at the root'));
  if (
    embedded &&
    !props['x-kubernetes-preserve-unknown-fields'] &&
    Object.keys(props.properties ?? {}).length === 0
  ) {
    out.push(
      required(
        `${path}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  }
  return out;
}

function metadataErrors(props: JsonSchemaProps, { level, path }: Place): FieldError[] {
  const { kind, apiVersion, metadata } = props.properties ?? {};
  if (level !== 'root' && props['x-kubernetes-embedded-resource'] !== true) return [];
  const out = Object.entries({ kind, apiVersion })
    .filter(([, part]) => part !== undefined && part.type !== 'string')
    .map(([name, part]) => invalid(`${key(path, name)}.type`, part?.type ?? '', 'must be string'));
  if (metadata === undefined) return out;
  const at = key(path, 'metadata');
  if (metadata.type !== 'object') out.push(invalid(`${at}.type`, metadata.type ?? '', 'must be object'));
  if (level !== 'root') return out;
  const { type: _, default: __, properties = {}, ...rest } = metadata;
  const stray = Object.keys(properties).some((name) => name !== 'name' && name !== 'generateName');
  if (stray || Object.keys(rest).length > 0) {
    out.push(
      forbidden(
        at,
        'must not specify anything other than name and generateName, but metadata is implicitly specified',
      ),
    );
  }
  return out;
}

/** Where `x-kubernetes-int-or-string` is said in rules, these may name types. */
interface Skip {
  readonly anyOf: boolean;
  readonly firstAllOf: boolean;
}

const NO_SKIP: Skip = { anyOf: false, firstAllOf: false };
const skipOf = (props: JsonSchemaProps): Skip => ({
  anyOf: isIntOrStringAnyOf(props.anyOf),
  firstAllOf: isIntOrStringAnyOf(props.allOf?.[0]?.anyOf),
});

function ruleErrors(props: JsonSchemaProps, path: string, skip: Skip): FieldError[] {
  const out: FieldError[] = [];
  for (const junctor of JUNCTORS) {
    if (junctor === 'anyOf' && skip.anyOf) continue;
    (props[junctor] ?? []).forEach((branch, index) => {
      const inner = { ...NO_SKIP, anyOf: junctor === 'allOf' && index === 0 && skip.firstAllOf };
      out.push(...branchErrors(branch, `${path}.${junctor}[${index}]`, inner));
    });
  }
  if (props.not !== undefined) out.push(...branchErrors(props.not, `${path}.not`, NO_SKIP));
  return [...out, ...patternErrors(props, path)];
}

function patternErrors({ pattern }: JsonSchemaProps, path: string): FieldError[] {
  try {
    if (pattern) compilePattern(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return [
      invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${error.message}`),
    ];
  }
}

const EMPTY_IN_BRANCH = ['type', 'title', 'description'] as const;
const FALSE_IN_BRANCH = [
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
] as const;
const UNDEFINED_IN_BRANCH = [
  'additionalProperties',
  'default',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
] as const;
const NO_LIST_IN_BRANCH = ['x-kubernetes-list-map-keys', 'x-kubernetes-validations'] as const;

/** A branch of a rule limits values; it must not describe structure. */
function branchErrors(props: JsonSchemaProps, path: string, skip: Skip): FieldError[] {
  const no = (name: string, words: string) =>
    forbidden(`${path}.${name}`, `must be ${words} to be structural`);
  const items = itemsOf(props);
  return [
    ...ruleErrors(props, path, skip),
    ...(items === undefined ? [] : branchErrors(items, `${path}.items`, NO_SKIP)),
    ...Object.entries(props.properties ?? {}).flatMap(([name, part]) =>
      branchErrors(part, key(path, name), NO_SKIP),
    ),
    ...EMPTY_IN_BRANCH.filter((name) => props[name]).map((name) => no(name, 'empty')),
    ...UNDEFINED_IN_BRANCH.filter((name) => props[name] !== undefined).map((name) => no(name, 'undefined')),
    ...FALSE_IN_BRANCH.filter((name) => props[name] === true).map((name) => no(name, 'false')),
    ...NO_LIST_IN_BRANCH.filter((name) => props[name]?.length).map((name) => no(name, 'empty')),
    ...(props.properties?.metadata === undefined
      ? []
      : [forbidden(key(path, 'metadata'), 'must not be specified in a nested context')]),
  ];
}

/** A rule, and the structure that must know every field it speaks of. */
interface Pair {
  readonly rules: JsonSchemaProps;
  readonly structure: JsonSchemaProps | undefined;
  readonly at: string;
  readonly rulesAt: string;
}

function completenessErrors({ rules, structure, at, rulesAt }: Pair): FieldError[] {
  const branches = [
    ...(rules.not === undefined ? [] : [{ branch: rules.not, path: `${rulesAt}.not` }]),
    ...JUNCTORS.flatMap((junctor) =>
      (rules[junctor] ?? []).map((branch, index) => ({ branch, path: `${rulesAt}.${junctor}[${index}]` })),
    ),
  ];
  return branches.flatMap(({ branch, path }) =>
    branchCompleteness({ rules: branch, structure, at, rulesAt: path }),
  );
}

function branchCompleteness({ rules, structure, at, rulesAt }: Pair): FieldError[] {
  if (structure === undefined) return [required(at, `because it is defined in ${rulesAt}`)];
  const items = itemsOf(rules);
  return [
    ...completenessErrors({ rules, structure, at, rulesAt }),
    ...(items === undefined
      ? []
      : branchCompleteness({
          rules: items,
          structure: itemsOf(structure),
          at: `${at}.items`,
          rulesAt: `${rulesAt}.items`,
        })),
    ...Object.entries(rules.properties ?? {}).flatMap(([name, part]) =>
      branchCompleteness({
        rules: part,
        structure: structure.properties?.[name],
        at: key(at, name),
        rulesAt: key(rulesAt, name),
      }),
    ),
  ];
}
