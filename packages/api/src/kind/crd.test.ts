import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppKind, crdOf, kinds } from '../schema.ts';

type Node = { [key: string]: Node } & Node[];

const schemaOf = (kind: (typeof kinds)[number]): Node => {
  const versions = crdOf(kind).spec['versions'] as { schema: { openAPIV3Schema: Node } }[];
  const first = versions[0];
  assert.ok(first);
  return first.schema.openAPIV3Schema;
};

const everyNode = (node: unknown, visit: (node: Record<string, unknown>) => void): void => {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) visit(node as Record<string, unknown>);
  for (const child of Object.values(node)) everyNode(child, visit);
};

test('every CRD holds only words that a structural schema may have', () => {
  for (const kind of kinds) {
    everyNode(schemaOf(kind), (node) => {
      for (const word of ['patternProperties', 'anyOf', 'const', '$id', '~kind', '~optional']) {
        assert.ok(!(word in node), `${kind.kind} has ${word}`);
      }
    });
  }
});

test('a record becomes additional properties, an enumeration a string', () => {
  const spec = schemaOf(AppKind)['properties']?.['spec']?.['properties'];
  assert.equal(spec?.['processes']?.['type'], 'object');
  assert.equal(
    spec?.['processes']?.['additionalProperties']?.['properties']?.['replicas']?.['type'],
    'integer',
  );
  const phase = schemaOf(AppKind)['properties']?.['status']?.['properties']?.['phase'];
  assert.equal(phase?.['type'], 'string');
});

test('the source of an app is one atomic map', () => {
  const source = schemaOf(AppKind)['properties']?.['spec']?.['properties']?.['source'];
  assert.equal(source?.['x-kubernetes-map-type'], 'atomic');
});

test('optional fields are not required', () => {
  const spec = schemaOf(AppKind)['properties']?.['spec'];
  assert.equal(spec?.['required'], undefined);
});
