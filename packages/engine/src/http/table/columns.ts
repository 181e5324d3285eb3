import type { KubeObject } from '@fairlead/kube';
import type { ServedResource } from '../../resources/registry.ts';
import { builtinResources } from '../../schema/builtin.ts';
import type { PrinterColumn } from '../../schema/definition.ts';
import { age } from './age.ts';
import { type Cell, type Cells, cellsOf } from './cells.ts';
import { podConditions } from './cells-pod.ts';
import { readPath } from './path.ts';
import type { Column } from './render.ts';

/** The columns of one kind, and what stands in them for one object. */
export interface Columns {
  readonly columns: readonly Column[];
  readonly cells: (object: KubeObject, now: number) => unknown[];
  /** What is to be said of the whole row: a pod that is done. */
  readonly conditions?: (object: KubeObject) => object;
}

/** What the columns of every kind are said to be, in the words of the built-in ones. */
const descriptionOf = (name: string): string =>
  builtinResources()
    .find(({ group, resource }) => group === '' && resource === 'configmaps')
    ?.versions[0]?.columns?.find((column) => column.name === name)?.description ?? '';

const NAME: PrinterColumn = {
  name: 'Name',
  type: 'string',
  jsonPath: '.metadata.name',
  format: 'name',
  description: descriptionOf('Name'),
};
const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: descriptionOf('Age'),
};

const known = new WeakMap<object, Columns>();

/** Made once per version of a kind. */
export const columnsOf = (resource: ServedResource): Columns => {
  let columns = known.get(resource);
  if (columns === undefined) {
    columns = resource.definition.origin === 'custom' ? customColumns(resource) : builtinColumns(resource);
    known.set(resource, columns);
  }
  return columns;
};

/** The name, then what the definition says; and the age when it says nothing. */
const customColumns = ({ version }: ServedResource): Columns => {
  const own = version.columns ?? [];
  const shown = [NAME, ...(own.length > 0 ? own.map(described) : [AGE])];
  const cells = shown.map((column): Cell => customCell(column));
  return { columns: shown.map(describe), cells: (object, now) => cells.map((cell) => cell(object, now)) };
};

/** A column that nobody has described says where its cells come from. */
const described = (column: PrinterColumn): PrinterColumn => ({
  ...column,
  description:
    column.description || `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
});

const customCell = ({ jsonPath, type }: PrinterColumn): Cell => {
  const read = readPath(jsonPath);
  return (object, now) => renderCustom(read(object), type, now);
};

/** What does not have the type that its column announces is left out. */
const renderCustom = (values: readonly unknown[], type: PrinterColumn['type'], now: number): unknown => {
  const [value] = values;
  if (value === undefined || value === null) return null;
  if (type === 'string') return values.map(renderText).join(',');
  if (type === 'date') return typeof value === 'string' ? age(value, now) : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  if (typeof value !== 'number') return null;
  return type === 'integer' ? Math.trunc(value) : value;
};

const renderText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const builtinColumns = ({ definition, version }: ServedResource): Columns => {
  const shown = version.columns ?? [NAME, AGE];
  const own = cellsOf(definition);
  const cells = shown.map((column) => builtinCell(column, own));
  return {
    columns: shown.map(describe),
    cells: (object, now) => cells.map((cell) => cell(object, now)),
    ...(definition.group === '' && definition.resource === 'pods' && { conditions: podConditions }),
  };
};

const builtinCell = (column: PrinterColumn, own: Cells): Cell => {
  const cell = own[column.name];
  if (cell !== undefined) return cell;
  if (column.name === 'Age') return (object, now) => age(object.metadata.creationTimestamp, now);
  if (column.jsonPath === '') return () => '<none>';
  const read = readPath(column.jsonPath);
  return (object) => read(object)[0] ?? '';
};

const describe = ({ name, type, format, description, priority }: PrinterColumn): Column => ({
  name,
  type,
  format: format ?? '',
  description: description ?? '',
  priority: priority ?? 0,
});
