import { type Case, get, post } from '../case.ts';
import { defined } from '../definition.ts';
import { definitions, widgetDefinition, widgets } from '../kinds.ts';
import { made, object, ruled, spec, text } from '../schemas.ts';

export const cases: readonly Case[] = [
  {
    title: 'Names that are no names in rules are escaped',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            { 'a-b': text, namespace: text, 'x.y/z': text, a__b: text, if: text },
            {
              rule: "self.a__dash__b + self.__namespace__ + self.x__dot__y__slash__z + self.a__underscores__b + self.__if__ == 'abcde'",
            },
          ),
        ),
      ),
      made('a', { 'a-b': 'a', namespace: 'b', 'x.y/z': 'c', a__b: 'd', if: 'e' }),
      made('b', { 'a-b': 'a', namespace: 'b', 'x.y/z': 'c', a__b: 'd', if: 'f' }),
    ],
  },
  {
    title: 'Functions of texts, lists and sets',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            { a: text, c: text, l: { type: 'array', maxItems: 5, items: text } },
            {
              rule: "self.a.split(', ').size() == 2 && self.a.trim().upperAscii() == 'A, B' && self.l.join('-') == 'a-c'",
              message: 'split and join',
            },
            {
              rule: "self.a.replace('a', 'x').indexOf('x') == 0 && self.a.substring(1, 2) == ',' && self.a.charAt(0) == 'a'",
              message: 'positions',
            },
            {
              rule: "self.a.find('[a-z]') == 'a' && self.a.findAll('[a-z]').size() == 2 && self.a.matches('^[a-z], ?[a-z]$')",
              message: 'patterns',
            },
            {
              rule: "self.l.isSorted() && self.l.max() == 'c' && self.l.indexOf('c') == 1",
              message: 'order',
            },
            {
              rule: "sets.contains(self.l, ['a']) && sets.equivalent(self.l, ['c', 'a']) && !sets.intersects(self.l, ['z'])",
              message: 'sets',
            },
            {
              rule: "'%s has %d'.format([dyn(self.a), dyn(self.l.size())]) == 'a, b has 2'",
              message: 'format',
            },
            {
              rule: "self.?c.orValue('none') == 'none' && self.l[?5].orValue('none') == 'none'",
              message: 'optionals',
            },
          ),
        ),
      ),
      made('a', { a: 'a, b', l: ['a', 'c'] }),
      made('b', { a: 'a,bc', l: ['a', 'b'] }),
    ],
  },
  {
    title: 'Functions of addresses, quantities, versions, URLs and formats',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            { ip: text, cidr: text, quantity: text, version: text, url: text, name: text },
            { rule: '!has(self.ip) || (isIP(self.ip) && ip(self.ip).family() == 4)', message: 'ip' },
            { rule: "!has(self.cidr) || cidr(self.cidr).containsIP('10.1.2.3')", message: 'cidr' },
            {
              rule: "!has(self.quantity) || quantity(self.quantity).isLessThan(quantity('1Gi'))",
              message: 'quantity',
            },
            {
              rule: "!has(self.version) || semver(self.version).compareTo(semver('1.2.3')) > 0",
              message: 'version',
            },
            { rule: "!has(self.url) || url(self.url).getHost() == 'example.com:80'", message: 'url' },
            {
              rule: '!has(self.name) || !format.dns1123Label().validate(self.name).hasValue()',
              message: 'name',
            },
          ),
        ),
      ),
      made('fine', {
        ip: '10.0.0.1',
        cidr: '10.0.0.0/8',
        quantity: '512Mi',
        version: '1.3.0',
        url: 'http://example.com:80/x',
        name: 'a-b',
      }),
      made('b', { ip: '::1' }),
      made('c', { cidr: '11.0.0.0/8' }),
      made('d', { quantity: '2Gi' }),
      made('e', { quantity: 'x' }),
      made('f', { version: '1.2.3-rc.1' }),
      made('g', { url: '/path' }),
      made('h', { name: 'A' }),
    ],
  },
  {
    title: 'Formats that are more than text to rules',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object(
            {
              after: { type: 'string', format: 'duration' },
              at: { type: 'string', format: 'date-time' },
              key: { type: 'string', format: 'byte', maxLength: 20 },
            },
            { rule: "!has(self.after) || self.after <= duration('1h')" },
            { rule: '!has(self.at) || self.at.getFullYear() == 2020' },
            { rule: '!has(self.key) || self.key.size() == 3' },
          ),
        ),
      ),
      made('a', { after: '2h' }),
      made('b', { at: '2021-01-01T00:00:00Z' }),
      made('c', { key: 'YWJj' }),
      made('d', { key: 'YQ==' }),
      get(`${widgets}/c`),
    ],
  },
  {
    title: 'Names of an object are what rules see of its metadata',
    bullet: 'crd',
    steps: [
      ...defined(
        ruled(spec(object({ a: text })), {
          rule: "self.metadata.name.startsWith('w-') && self.kind == 'Widget'",
        }),
      ),
      made('w-a', {}),
      made('a', {}),
      post(
        definitions,
        widgetDefinition(ruled(spec(object({ a: text })), { rule: 'has(self.metadata.labels)' })),
      ),
    ],
  },
];
