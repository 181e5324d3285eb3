import { type Case, given, patch, post } from '../case.ts';
import { defined } from '../definition.ts';
import { definitions, widget, widgets } from '../kinds.ts';
import { altered, integer, made, object, ruled, spec, text } from '../schemas.ts';

export const cases: readonly Case[] = [
  {
    title: 'A rule that does not hold tells its message, its reason and its field',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            { a: text, n: integer },
            { rule: '!has(self.n) || self.n < 10' },
            {
              rule: "!has(self.a) || self.a != 'forbidden'",
              reason: 'FieldValueForbidden',
              message: 'not that',
              fieldPath: '.a',
            },
            {
              rule: "!has(self.a) || self.a != 'required'",
              reason: 'FieldValueRequired',
              message: 'something else',
            },
            { rule: "!has(self.a) || self.a != 'duplicate'", reason: 'FieldValueDuplicate', fieldPath: '.a' },
          ),
        ),
      ),
      made('fine', { a: 'x', n: 1 }),
      made('b', { n: 10 }),
      made('c', { a: 'forbidden' }),
      made('d', { a: 'required' }),
      made('e', { a: 'duplicate' }),
      made('f', { n: 10, a: 'required' }),
    ],
  },
  {
    title: 'A message that is computed, and what is told when it cannot be',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            { a: text, n: integer },
            {
              rule: "!has(self.a) || self.a != 'bad'",
              message: 'plain',
              messageExpression: "'a is ' + self.a",
            },
            {
              rule: "!has(self.a) || self.a != 'lines'",
              message: 'plain',
              messageExpression: "self.a + '\\n'  + self.a",
            },
            { rule: "!has(self.a) || self.a != 'empty'", message: 'plain', messageExpression: "' '" },
            {
              rule: "!has(self.a) || self.a != 'fails'",
              message: 'plain',
              messageExpression: "self.n > 1 ? 'x' : 'y'",
            },
          ),
        ),
      ),
      made('a', { a: 'bad' }),
      made('b', { a: 'lines' }),
      made('c', { a: 'empty' }),
      made('d', { a: 'fails' }),
    ],
  },
  {
    title: 'A rule that fails to run refuses',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            {
              a: text,
              n: integer,
              port: { 'x-kubernetes-int-or-string': true },
              list: { type: 'array', maxItems: 3, items: integer },
            },
            { rule: '!has(self.n) || 10 / self.n > 0' },
            { rule: '!has(self.port) || self.port > 1' },
            { rule: '!has(self.list) || self.list[1] > 0' },
            { rule: "has(self.n) || has(self.port) || has(self.list) || self.a == 'x'" },
          ),
        ),
      ),
      made('a', { n: 0 }),
      made('b', { port: 'http' }),
      made('c', { list: [1] }),
      made('d', {}),
      made('e', { port: 80 }),
    ],
  },
  {
    title: 'Rules wait until the value has the shape that they speak of',
    bullet: 'crd',
    steps: [
      ...defined(spec({ ...object({ a: text, n: integer }, { rule: 'self.n > 1' }), required: ['n'] })),
      made('a', {}),
      made('b', { n: 1, a: 'x'.repeat(21) }),
    ],
  },
  {
    title: 'oldSelf: what may not change, may not be taken away, may only grow',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            { fixed: ruled(text, { rule: 'self == oldSelf', message: 'is fixed' }), n: integer },
            { rule: '!has(oldSelf.fixed) || has(self.fixed)', message: 'must stay' },
            { rule: '!has(oldSelf.n) || self.n >= oldSelf.n', messageExpression: "'not below what it was'" },
          ),
        ),
      ),
      made('a', { fixed: 'x', n: 2 }),
      altered('a', { fixed: 'y' }),
      altered('a', { fixed: null }),
      altered('a', { n: 1 }),
      altered('a', { n: 3 }),
      made('b', { n: 1 }),
      altered('b', { fixed: 'z' }),
    ],
  },
  {
    title: 'An optional oldSelf is asked for what is new, too',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object({
            state: ruled(text, {
              rule: "oldSelf.hasValue() ? oldSelf.value() != 'done' || self == 'done' : self == 'new'",
              optionalOldSelf: true,
              message: 'from new to done and not back',
            }),
          }),
        ),
      ),
      made('a', { state: 'done' }),
      made('b', { state: 'new' }),
      altered('b', { state: 'done' }),
      altered('b', { state: 'new' }),
    ],
  },
  {
    title: 'Items of a list map are compared with those of the same key, values of a map too',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object({
            parts: {
              type: 'array',
              maxItems: 9,
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['name'],
              items: {
                ...object(
                  { name: text, size: integer },
                  { rule: 'self.size >= oldSelf.size', message: 'must not shrink' },
                ),
                required: ['name', 'size'],
              },
            },
            sizes: {
              type: 'object',
              maxProperties: 9,
              additionalProperties: ruled(integer, { rule: 'self >= oldSelf' }),
            },
          }),
        ),
      ),
      made('a', {
        parts: [
          { name: 'x', size: 5 },
          { name: 'y', size: 1 },
        ],
        sizes: { a: 2 },
      }),
      altered('a', {
        parts: [
          { name: 'y', size: 0 },
          { name: 'x', size: 5 },
        ],
      }),
      altered('a', {
        parts: [
          { name: 'z', size: 0 },
          { name: 'x', size: 6 },
        ],
      }),
      altered('a', { sizes: { a: 1 } }),
      altered('a', { sizes: { b: 0 } }),
    ],
  },
  {
    title: 'What broke a rule before may stay as it was',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(object({ a: { type: 'string' }, b: text, list: { type: 'array', items: { type: 'string' } } })),
      ),
      given(made('a', { a: 'too long', b: 'x', list: ['z', 'z'] })),
      given(
        patch({ path: `${definitions}/widgets.{{ns}}.example.com`, as: 'json' }, [
          {
            op: 'replace',
            path: '/spec/versions/0/schema/openAPIV3Schema',
            value: spec(
              object({
                a: ruled({ type: 'string', maxLength: 5 }, { rule: "self == 'good'", message: 'be good' }),
                b: text,
                list: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
              }),
            ),
          },
        ]),
      ),
      given(
        post(`${widgets}?dryRun=All`, widget('probe', { spec: { a: 'too long' } }), {
          until: { status: 422 },
        }),
      ),
      altered('a', { b: 'y' }),
      altered('a', { a: 'also too long' }),
      altered('a', { a: 'bad' }),
      altered('a', { list: ['z', 'z', 'y'] }),
      altered('a', { a: 'good' }),
      altered('a', { a: 'bad' }),
    ],
  },
  {
    title: 'A rule is given up when evaluating it has cost too much',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            { n: { type: 'array', maxItems: 900, items: integer } },
            { rule: 'self.n.all(a, self.n.all(b, a == b))', message: 'all alike' },
          ),
        ),
      ),
      made('a', { n: Array.from({ length: 900 }, () => 1) }),
      made('b', { n: Array.from({ length: 30 }, () => 1) }),
      made('c', { n: [1, 2] }),
    ],
  },
];
