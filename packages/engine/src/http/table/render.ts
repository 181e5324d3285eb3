import type { KubeObject } from '@fairlead/kube';
import { invalid, renderFieldError } from '../../schema/field-error.ts';
import type { Call } from '../api.ts';
import { badRequest } from '../errors.ts';
import { renderPartial } from '../partial.ts';
import { fromStored, inOwnOrder } from '../versions.ts';
import { columnsOf } from './columns.ts';

/** A column of a Table (meta/v1 TableColumnDefinition). */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface Row {
  readonly cells: readonly unknown[];
  readonly conditions?: readonly unknown[];
  readonly object?: unknown;
}

/** What `kubectl get` prints: the server knows the columns of every kind (meta/v1 Table). */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: unknown;
  readonly columnDefinitions: readonly Column[];
  readonly rows: readonly Row[];
}

/** Of objects as `shownValue` gives them. */
export const renderTable = (
  call: Call,
  given: { readonly objects: readonly KubeObject[]; readonly metadata: unknown },
): Table => {
  const { resource } = call;
  const { columns, cells, conditions } = columnsOf(resource.stored ?? resource);
  const now = call.api.clock.now();
  const include = parseInclude(call.query);
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${call.accept.version}`,
    metadata: given.metadata,
    columnDefinitions: columns,
    rows: given.objects.map((object) => ({
      cells: cells(object, now),
      ...conditions?.(object),
      ...included(call, object, include),
    })),
  };
};

/** How much of each object goes with its row: metadata unless the client says otherwise. */
const included = (
  { accept, resource }: Call,
  object: KubeObject,
  include: Include,
): { readonly object?: unknown } => {
  if (include === 'None') return { object: null };
  return {
    object:
      include === 'Object'
        ? inOwnOrder(resource, fromStored(resource, object))
        : renderPartial(accept, object),
  };
};

type Include = 'None' | 'Metadata' | 'Object';

/** What a client wants to see of each object in a table. Throws 400 for anything else. */
export const parseInclude = (query: URLSearchParams): Include => {
  const include = query.get('includeObject') || 'Metadata';
  if (include === 'None' || include === 'Metadata' || include === 'Object') return include;
  const fault = invalid('includeObject', include, "must be 'Metadata', 'Object', 'None', or empty");
  throw badRequest(`Unable to convert to Table as requested: ${renderFieldError(fault)}`);
};
