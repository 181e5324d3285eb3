import { type CelRule, itemsOf, JUNCTORS, type JsonSchemaProps, valuesOf } from './crd-props.ts';
import { readFieldPath } from './rules/field-path.ts';
import { walkProps } from './rules/walk.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';

/** Whether keywords are in use that a structural schema does not know at all. */
export function usesUnsupported(props: JsonSchemaProps): boolean {
  const own =
    UNSUPPORTED.some((name) => props[name] !== undefined && props[name] !== '') ||
    Array.isArray(props.items) ||
    props['x-kubernetes-preserve-unknown-fields'] === false;
  return own || partsOf(props).some(usesUnsupported);
}

const partsOf = (props: JsonSchemaProps): readonly JsonSchemaProps[] => [
  ...Object.values(props.properties ?? {}),
  ...[valuesOf(props), itemsOf(props), props.not].filter((part) => part !== undefined),
  ...JUNCTORS.flatMap((junctor) => props[junctor] ?? []),
];

interface Place {
  readonly path: string;
  readonly root: boolean;
  /** Why no default may stand here. */
  readonly noDefaults?: string;
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const META = ['apiVersion', 'kind', 'metadata'];
const UNSUPPORTED = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
] as const;

/** What a CustomResourceDefinition may not say, and the rules for lists, maps and CEL. */
export const keywordErrors = (props: JsonSchemaProps, path: string): FieldError[] =>
  check(props, { path, root: true });

function check(props: JsonSchemaProps, place: Place): FieldError[] {
  const { path } = place;
  return [
    ...keywords(props, place),
    ...parts(props, place),
    ...(props['x-kubernetes-preserve-unknown-fields'] === false
      ? [invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')]
      : []),
    ...mapTypeErrors(props, path),
    ...listTypeErrors(props, path),
    ...listMapErrors(props, path),
    ...(props['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
      celErrors(rule, props, `${path}.x-kubernetes-validations[${index}]`),
    ),
  ];
}

function keywords(props: JsonSchemaProps, { path, root, noDefaults }: Place): FieldError[] {
  const out: FieldError[] = [];
  const { type } = props;
  if (type && !TYPES.includes(type)) out.push(notSupported(`${path}.type`, type, TYPES));
  if (props.default !== undefined && noDefaults !== undefined)
    out.push(forbidden(`${path}.default`, `must not be set ${noDefaults}`));
  for (const name of UNSUPPORTED) {
    if (props[name] !== undefined && props[name] !== '')
      out.push(forbidden(`${path}.${name}`, `${name} is not supported`));
  }
  if (type === 'null')
    out.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  if (Array.isArray(props.items))
    out.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (root && props.nullable) out.push(forbidden(`${path}.nullable`, 'nullable cannot be true at the root'));
  if (props.uniqueItems) {
    out.push(
      forbidden(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  }
  if (
    props.additionalProperties !== undefined &&
    props.additionalProperties !== true &&
    Object.keys(props.properties ?? {}).length > 0
  ) {
    out.push(
      forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'),
    );
  }
  return out;
}

function parts(props: JsonSchemaProps, place: Place): FieldError[] {
  const { path, noDefaults } = place;
  const below = (part: JsonSchemaProps | undefined, name: string, reason = noDefaults): FieldError[] =>
    part === undefined
      ? []
      : check(part, {
          path: `${path}.${name}`,
          root: false,
          ...(reason !== undefined && { noDefaults: reason }),
        });
  return [
    ...below(valuesOf(props), 'additionalProperties'),
    ...Object.entries(props.properties ?? {}).flatMap(([name, part]) =>
      below(
        part,
        `properties[${name}]`,
        place.root && META.includes(name) ? `in top-level ${name}` : noDefaults,
      ),
    ),
    ...below(props.not, 'not'),
    ...JUNCTORS.flatMap((junctor) =>
      (props[junctor] ?? []).flatMap((branch, index) => below(branch, `${junctor}[${index}]`)),
    ),
    ...below(itemsOf(props), 'items'),
  ];
}

/** The field must have this type, or the extension means nothing. */
function wantType(
  props: JsonSchemaProps,
  wanted: { readonly path: string; readonly type: string; readonly words: string },
): FieldError[] {
  if (props.type === wanted.type) return [];
  const at = `${wanted.path}.type`;
  return [props.type ? invalid(at, props.type, wanted.words) : required(at, wanted.words)];
}

function mapTypeErrors(props: JsonSchemaProps, path: string): FieldError[] {
  const mapType = props['x-kubernetes-map-type'];
  if (mapType === undefined) return [];
  return [
    ...wantType(props, {
      path,
      type: 'object',
      words: 'must be object if x-kubernetes-map-type is specified',
    }),
    ...(mapType === 'atomic' || mapType === 'granular'
      ? []
      : [notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular'])]),
  ];
}

function listTypeErrors(props: JsonSchemaProps, path: string): FieldError[] {
  const listType = props['x-kubernetes-list-type'];
  const keys = props['x-kubernetes-list-map-keys'] ?? [];
  const at = `${path}.x-kubernetes-list-type`;
  const out: FieldError[] = [];
  if (listType !== undefined) {
    const wrong = wantType(props, {
      path,
      type: 'array',
      words: 'must be array if x-kubernetes-list-type is specified',
    });
    out.push(...wrong, ...(wrong.length === 0 && listType === 'set' ? setItemErrors(props, path) : []));
    if (!['atomic', 'set', 'map'].includes(listType))
      out.push(notSupported(at, listType, ['atomic', 'set', 'map']));
  }
  const words = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (keys.length > 0 && listType === undefined) out.push(required(at, words));
  else if (keys.length > 0 && listType !== 'map') out.push(invalid(at, listType, words));
  return out;
}

function setItemErrors(props: JsonSchemaProps, path: string): FieldError[] {
  const items = itemsOf(props);
  const words = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [invalid(`${path}.items.x-kubernetes-list-type`, listType, words)];
  }
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    return [invalid(`${path}.items.x-kubernetes-map-type`, listType ?? null, words)];
  }
  return [];
}

function listMapErrors(props: JsonSchemaProps, path: string): FieldError[] {
  const items = itemsOf(props);
  const out: FieldError[] = [];
  const listType = props['x-kubernetes-list-type'];
  if (listType === 'map') {
    const keys = props['x-kubernetes-list-map-keys'] ?? [];
    if (keys.length === 0)
      out.push(
        required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'),
      );
    if (props.items === undefined)
      out.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    if (items !== undefined && items.type !== 'object') {
      out.push(
        invalid(
          `${path}.items.type`,
          items.type ?? '',
          "must be object if parent array's x-kubernetes-list-type is map",
        ),
      );
    }
    if (items?.type === 'object') out.push(...keyNameErrors(keys, items, path));
  }
  if (items !== undefined && (listType === 'map' || listType === 'set')) {
    if (items.nullable)
      out.push(
        forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`),
      );
    if (listType === 'map') out.push(...keyPresenceErrors(props, items, path));
  }
  return out;
}

function keyNameErrors(keys: readonly string[], items: JsonSchemaProps, path: string): FieldError[] {
  const at = `${path}.x-kubernetes-list-map-keys`;
  return keys.flatMap((key, index) => {
    const part = items.properties?.[key];
    const compound = part?.type === 'array' || part?.type === 'object';
    return [
      ...(part === undefined ? [invalid(at, keys, 'entries must all be names of item properties')] : []),
      ...(compound
        ? [
            invalid(
              `${path}.items.properties[${key}].type`,
              items.type,
              "must be a scalar type if parent array's x-kubernetes-list-type is map",
            ),
          ]
        : []),
      ...(keys.indexOf(key) < index ? [invalid(at, keys, 'must not contain duplicate entries')] : []),
    ];
  });
}

/** An item without its key could not be told from another. */
function keyPresenceErrors(props: JsonSchemaProps, items: JsonSchemaProps, path: string): FieldError[] {
  return (props['x-kubernetes-list-map-keys'] ?? []).flatMap((key) => {
    const part = items.properties?.[key];
    if (part === undefined) return [];
    const at = `${path}.items.properties[${key}]`;
    const missing = !items.required?.includes(key) && part.default === undefined;
    const words = 'this property is in x-kubernetes-list-map-keys, so it';
    return [
      ...(missing
        ? [required(`${at}.default`, `${words} must have a default or be a required property`)]
        : []),
      ...(part.nullable ? [forbidden(`${at}.nullable`, `${words} cannot be nullable`)] : []),
    ];
  });
}

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

function celErrors(rule: CelRule, props: JsonSchemaProps, path: string): FieldError[] {
  const { message = '', messageExpression = '', fieldPath = '', reason } = rule;
  const [text, words] = [(rule.rule ?? '').trim(), message.trim()];
  const out: FieldError[] = [];
  if (text === '') out.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && words === '')
    out.push(invalid(`${path}.message`, message, 'must be non-empty if specified'));
  else if (/[\r\n]/.test(words))
    out.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  else if (/[\r\n]/.test(text) && words === '') {
    out.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    out.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !REASONS.includes(reason))
    out.push(notSupported(`${path}.reason`, reason, REASONS));
  if (fieldPath !== '' && fieldPath.trim() === '')
    out.push(invalid(`${path}.fieldPath`, fieldPath, 'must be non-empty if specified'));
  if (/[\r\n]/.test(fieldPath))
    out.push(invalid(`${path}.fieldPath`, fieldPath, 'must not contain line breaks'));
  if (fieldPath !== '' && readFieldPath(fieldPath, props, walkProps) === undefined)
    out.push(invalid(`${path}.fieldPath`, fieldPath, 'must be a valid path'));
  return out;
}
