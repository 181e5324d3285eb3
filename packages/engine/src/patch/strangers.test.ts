import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { builtinKind } from '../schema/builtin.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import type { PatchResult } from './patch-error.ts';
import { strategicMergePatch } from './strategic.ts';

const document = {
  metadata: { name: 'a', labels: { a: 'b' } },
  spec: {
    replicas: 2,
    template: { spec: { containers: [{ name: 'main', image: 'a', ports: [{ containerPort: 80 }] }] } },
  },
};
const deployment = builtinKind('apps.v1.Deployment');

/** What is changed in place would be changed for everybody who holds the object. */
const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
};
frozen(document);

const RUNS = { numRuns: 1000 };

const requireAnswer = (result: PatchResult): void => {
  if ('value' in result) JSON.stringify(result.value);
  else assert.ok([400, 413, 422, 500].includes(result.error.code), JSON.stringify(result.error));
};

const pointer = fc
  .array(
    fc.oneof(
      fc.constantFrom('', '-', '-1', '0', '1', '99999999999', '~0', '~1', '~2', '__proto__', 'constructor'),
      fc.constantFrom('metadata', 'labels', 'spec', 'template', 'containers', 'ports', 'name'),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.map((part) => `/${part}`).join(''));

const operation = fc.record(
  {
    op: fc.oneof(fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'), fc.jsonValue()),
    path: fc.oneof(pointer, fc.jsonValue()),
    from: fc.oneof(pointer, fc.jsonValue()),
    value: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

test('Whatever operations come, a JSON patch is applied or refused, and the document stays as it was', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(operation, { maxLength: 8 }), fc.jsonValue()), (operations) => {
      requireAnswer(jsonPatch(document, operations));
    }),
    RUNS,
  );
  assert.equal(Object.hasOwn(Object.prototype, 'value'), false);
});

const key = fc.oneof(
  fc.constantFrom(
    '$patch',
    '$retainKeys',
    '$setElementOrder/containers',
    '$deleteFromPrimitiveList/x',
    '__proto__',
  ),
  fc.constantFrom('metadata', 'labels', 'spec', 'template', 'containers', 'ports', 'name', 'image'),
);
const { patch } = fc.letrec((tie) => ({
  patch: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(null, 'delete', 'replace', 'merge', 'main', 1, true),
    fc.array(tie('patch'), { maxLength: 3 }),
    fc.dictionary(key, tie('patch'), { maxKeys: 4 }),
  ),
}));

test('Whatever directives come, a strategic patch is applied or refused', () => {
  fc.assert(
    fc.property(fc.dictionary(key, patch, { maxKeys: 4 }), (given) => {
      requireAnswer(strategicMergePatch(deployment, document, given));
    }),
    RUNS,
  );
});

test('A merge patch takes anything', () => {
  fc.assert(
    fc.property(fc.dictionary(key, patch, { maxKeys: 4 }), (given) => {
      JSON.stringify(mergePatch(document, given));
    }),
    RUNS,
  );
});
