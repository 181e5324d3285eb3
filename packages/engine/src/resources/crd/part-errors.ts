import type { JsonSchemaProps } from '../../schema/crd-props.ts';
import { parseCrdSchema } from '../../schema/crd-schema.ts';
import type { PrinterColumn, ScaleSubresource } from '../../schema/definition.ts';
import { Place } from '../../schema/place.ts';
import { readFieldPath } from '../../schema/rules/field-path.ts';
import { propsAt, walkProps } from '../../schema/rules/walk.ts';
import type { CrdSpec, CrdVersion } from './definition.ts';
import { partsOf } from './hoist.ts';

/** What a definition says of its versions: subresources, columns, selectable fields, schemas. */
export const judgeParts = (spec: CrdSpec, place: Place): void => {
  for (const { value, path } of partsOf(spec, SCHEMA)) judgeSchema(value, new Place(path, place.found));
  for (const { value, path } of partsOf(spec, SUBRESOURCES))
    judgeScale(value?.scale, new Place(path, place.found));
  for (const { value, path } of partsOf(spec, COLUMNS)) judgeColumns(value, new Place(path, place.found));
  for (const { value, path, version = 0 } of partsOf(spec, SELECTABLE)) {
    judgeSelectable(value, spec.versions[version], new Place(path, place.found));
  }
};

const SCHEMA = {
  read: ({ schema }: CrdVersion) => schema?.openAPIV3Schema,
  shared: 'validation.openAPIV3Schema',
  own: 'schema.openAPIV3Schema',
};
const SUBRESOURCES = {
  read: ({ subresources }: CrdVersion) => subresources,
  shared: 'subresources',
  own: 'subresources',
};
const COLUMNS = {
  read: ({ additionalPrinterColumns: columns }: CrdVersion) => (columns?.length ? columns : undefined),
  shared: 'additionalPrinterColumns',
  own: 'additionalPrinterColumns',
};
const SELECTABLE = {
  read: ({ selectableFields: fields }: CrdVersion) => (fields?.length ? fields : undefined),
  shared: 'selectableFields',
  own: 'selectableFields',
};

const judgeSchema = (schema: unknown, { path, found }: Place): void => {
  found.push(...parseCrdSchema(schema, { path }).errors);
};

const judgeScale = (scale: ScaleSubresource | undefined, place: Place): void => {
  if (scale === undefined) return;
  const at = place.field('scale');
  judgePath(scale.specReplicasPath, at.field('specReplicasPath'), ['.spec']);
  judgePath(scale.statusReplicasPath, at.field('statusReplicasPath'), ['.status']);
  const selector = scale.labelSelectorPath ?? '';
  if (selector !== '') judgePath(selector, at.field('labelSelectorPath'), ['.spec', '.status']);
};

const judgePath = (path: string | undefined, place: Place, roots: readonly string[]): void => {
  if (!path) return place.required();
  if (!path.startsWith('.')) return place.invalid(path, 'must be a simple json path starting with .');
  if (roots.some((root) => path.startsWith(`${root}.`))) return;
  place.invalid(
    path,
    `should be a json path under ${roots.length > 1 ? `either ${roots.join(' or ')}` : roots[0]}`,
  );
};

const TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const oneOf = (words: readonly string[]): string => `must be one of ${words.join(',')}`;

const judgeColumns = (columns: readonly Partial<PrinterColumn>[], place: Place): void => {
  for (const [index, column] of columns.entries()) judgeColumn(column, place.index(index));
};

const judgeColumn = ({ name, type, format, jsonPath }: Partial<PrinterColumn>, place: Place): void => {
  if (!name) place.field('name').required();
  if (!type) place.field('type').required(oneOf(TYPES));
  else if (!TYPES.includes(type)) place.field('type').invalid(type, oneOf(TYPES));
  if (format && !FORMATS.includes(format)) place.field('format').invalid(format, oneOf(FORMATS));
  const path = place.field('JSONPath');
  if (!jsonPath) path.required();
  else if (!jsonPath.startsWith('.')) path.invalid(jsonPath, 'must be a simple json path starting with .');
};

const MOST_SELECTABLE = 8;
const SELECTABLE_TYPES = ['string', 'boolean', 'integer'];

const judgeSelectable = (
  fields: readonly { readonly jsonPath?: string }[],
  version: CrdVersion | undefined,
  place: Place,
): void => {
  const schema = (version?.schema?.openAPIV3Schema ?? {}) as JsonSchemaProps;
  const known = new Set<string>();
  for (const [index, { jsonPath = '' }] of fields.entries()) {
    const at = place.index(index).field('jsonPath');
    if (jsonPath === '') {
      at.required();
      continue;
    }
    const path = jsonPath.includes('[') ? undefined : readFieldPath(jsonPath, schema, walkProps);
    if (path === undefined) {
      at.invalid(jsonPath, `is an invalid path: ${whyNot(jsonPath)}`);
      continue;
    }
    if (path === 'metadata' || path.startsWith('metadata.'))
      at.invalid(jsonPath, 'must not point to fields in metadata');
    if (!SELECTABLE_TYPES.includes(propsAt(schema, path)?.type ?? '')) at.invalid(jsonPath, NOT_SELECTABLE);
    if (known.has(path)) at.duplicate(jsonPath);
    known.add(path);
  }
  if (known.size > MOST_SELECTABLE) place.tooMany(known.size, MOST_SELECTABLE);
};

const NOT_SELECTABLE =
  'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';

const whyNot = (path: string): string => {
  if (path.includes('[')) return 'array notation is not allowed';
  return path.startsWith('.')
    ? 'does not refer to a valid field'
    : `expected [ or . but got: ${path.split('.')[0]}`;
};
