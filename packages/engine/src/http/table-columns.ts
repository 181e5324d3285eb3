import type { KubeObject } from '@fairlead/kube';
import type { ServedResource } from '../resources/registry.ts';
import { age } from './table-age.ts';
import type { Column } from './table.ts';

/** The columns of one kind, and what stands in them for one object. */
export interface Columns {
  readonly columns: readonly Column[];
  cells(object: KubeObject, now: number): unknown[];
}

export const column = (name: string, type = 'string', priority = 0): Column => ({
  name,
  type,
  format: name === 'Name' ? 'name' : '',
  description: '',
  priority,
});

const nameAndAge: Columns = {
  columns: [column('Name'), column('Age')],
  cells: ({ metadata }, now) => [metadata.name, age(metadata.creationTimestamp, now)],
};

export const columnsOf = (_resource: ServedResource): Columns => nameAndAge;
