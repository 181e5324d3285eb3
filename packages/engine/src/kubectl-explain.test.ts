import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thingDefinition } from './testing/custom.ts';
import { needsKubectl, openKubectl } from './testing/kubectl.ts';

const spec = {
  type: 'object',
  description: 'What is wanted.',
  required: ['size'],
  properties: {
    size: { type: 'integer', description: 'How large.' },
    color: { type: 'string', enum: ['red', 'blue'], description: 'Of which color.' },
    parts: {
      type: 'array',
      description: 'What it is made of.',
      items: { type: 'object', properties: { name: { type: 'string' } } },
    },
    port: { 'x-kubernetes-int-or-string': true },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

const explained: readonly (readonly [args: readonly string[], shown: readonly RegExp[]])[] = [
  [
    ['things'],
    [/^GROUP: +test\.example\.com$/m, /^KIND: +Thing$/m, /^ {2}spec\t<Object>$/m, /What is wanted\./],
  ],
  [
    ['things.spec'],
    [
      /size\t<integer> -required-\n {4}How large\./,
      /enum: (red, blue|blue, red)/,
      /parts\t<\[\]Object>/,
      /labels\t<map\[string\]string>/,
    ],
  ],
  [['things.spec.parts'], [/^FIELD: parts <\[\]Object>$/m, /What it is made of\./, /name\t<string>/]],
  [
    ['things', '--recursive'],
    [/^ {4}parts\t<\[\]Object>\n {6}name\t<string>$/m, /fieldsV1\t<FieldsV1>/],
  ],
  [
    ['things', '--output=plaintext-openapiv2'],
    [/^KIND: +Thing$/m, /spec\t<Object>\n {5}What is wanted\./],
  ],
  [
    ['pods.spec.containers', '--output=plaintext-openapiv2'],
    [/RESOURCE: containers <\[\]Object>/, /image\t<string>/],
  ],
  [
    ['pods.metadata', '--recursive'],
    [/ownerReferences\t<\[\]OwnerReference>/, /fieldsV1\t<FieldsV1>/],
  ],
];

test(
  'kubectl explains custom resources and built-in kinds, in both editions of OpenAPI',
  needsKubectl,
  async () => {
    await using kubectl = await openKubectl(process.env['PATH']);
    await kubectl.run('create', '--filename', await kubectl.file('definition.json', thingDefinition(spec)));
    for (const [args, shown] of explained) {
      const text = await kubectl.run('explain', ...args);
      for (const pattern of shown) assert.match(text, pattern, args.join(' '));
    }
    assert.match(await kubectl.refused('explain', 'things.spec.none'), /field "none" does not exist/);
  },
);
