import { type Case, together } from '../case.ts';
import { integer, object, refused, ruled, text } from '../schemas.ts';

/** A rule over a little of everything. */
const over = (rule: string, more: object = {}) =>
  refused(
    ruled(object({ a: { type: 'string' }, n: integer, l: { type: 'array', items: { type: 'string' } } }), {
      rule,
      ...more,
    }),
  );

export const cases: readonly Case[] = [
  {
    title: 'A rule about a change of what has no past is refused',
    bullet: 'crd',
    steps: [
      refused(object({ l: { type: 'array', maxItems: 3, items: ruled(text, { rule: 'self == oldSelf' }) } })),
      refused(
        object({
          l: {
            type: 'array',
            maxItems: 3,
            'x-kubernetes-list-type': 'set',
            items: ruled(text, { rule: 'self == oldSelf' }),
          },
        }),
      ),
      refused(object({ a: ruled(text, { rule: "self == 'x'", optionalOldSelf: true }) })),
    ],
  },
  together('Rules that cannot be', [
    {
      title: 'A rule that cannot be read is refused with the place',
      bullet: 'crd',
      steps: [
        over('self.a =='),
        over('(self.a'),
        over("self.a == 'x' 'y'"),
        over("'\\d' == self.a"),
        over('self.a @ 1'),
        over('has(self)'),
        over('self.l.all(1, true)'),
        over("namespace == 'x'"),
        over(' '),
      ],
    },
    {
      title: 'A rule that does not fit its schema is refused with the place',
      bullet: 'crd',
      steps: [
        over("self.b == 'x'"),
        over('self.a == 1'),
        over("self.a in 'x'"),
        over('self.a'),
        over('self.a.b.c'),
        over('self.n.all(x, true)'),
        over("[1, 'a'].size() > 0"),
        over('self.l[0] > 1'),
        over('self.foo()'),
        over("self.a == 'x' &&\n  self.b == 1 && c", { message: 'm' }),
        over("self.a.matches('(')"),
        over("duration('x') == duration('1s')"),
        over('true', { messageExpression: 'self.b' }),
        over('true', { messageExpression: '1' }),
      ],
    },
    {
      title: 'What a rule says beside the rule is checked',
      bullet: 'crd',
      steps: [
        over('true', { message: ' ' }),
        over('true', { message: 'a\nb' }),
        over('true\n&& true'),
        over('true', { reason: 'Bad' }),
        over('true', { fieldPath: '.z' }),
        over('true', { fieldPath: 'a' }),
        over('true', { messageExpression: ' ' }),
      ],
    },
  ]),
  {
    title: 'A rule that may cost too much is refused by how much',
    bullet: 'crd',
    steps: [
      over("self.l.all(x, x.matches('a+'))"),
      refused(
        object(
          { l: { type: 'array', maxItems: 1000, items: text } },
          { rule: 'self.l.all(a, self.l.all(b, a == b))' },
        ),
      ),
      refused(
        object(
          { l: { type: 'array', maxItems: 1000, items: text } },
          { rule: "self.l.all(a, self.l.all(b, a.find('[0-9]+[a-z]*') == b.lowerAscii()))" },
        ),
      ),
      refused(
        object(
          { n: { type: 'array', maxItems: 2000, items: integer } },
          { rule: 'self.n.all(a, self.n.exists_one(b, a == b))' },
        ),
      ),
      refused(
        object(
          { m: { type: 'object', maxProperties: 1000, additionalProperties: text } },
          { rule: 'self.m.all(k, self.m.all(j, self.m[k] == self.m[j]))' },
        ),
      ),
      refused(
        object({ l: { type: 'array', items: ruled({ type: 'string' }, { rule: "self.contains('x')" }) } }),
      ),
    ],
  },
];
