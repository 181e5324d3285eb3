import { dnsLabel, dnsLabel1035, dnsSubdomain, labelValue, qualifiedName } from '../../resources/formats.ts';
import { formatCheck } from '../../schema/format.ts';
import type { Row } from '../overload.ts';
import { listOfValues, NONE, Opaque, Optional, type Value } from '../value.ts';

/** Says what is wrong with a text. */
type Judge = (text: string) => readonly string[];

class Format extends Opaque {
  readonly type = 'kubernetes.NamedFormat';
  readonly name: string;
  readonly judge: Judge;

  constructor(name: string, judge: Judge) {
    super();
    this.name = name;
    this.judge = judge;
  }

  equals(other: Format): boolean {
    return this.name === other.name;
  }
}

/** A name to which something will be added may end in a dash. */
const prefix =
  (judge: Judge): Judge =>
  (text) =>
    judge(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

const checked =
  (format: string, words: string): Judge =>
  (text) =>
    formatCheck(format)?.(text) === false ? [words] : [];

const FORMATS: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['dns1123Label', dnsLabel],
  ['dns1123Subdomain', dnsSubdomain],
  ['dns1035Label', dnsLabel1035],
  ['qualifiedName', qualifiedName],
  ['dns1123LabelPrefix', prefix(dnsLabel)],
  ['dns1123SubdomainPrefix', prefix(dnsSubdomain)],
  ['dns1035LabelPrefix', prefix(dnsLabel1035)],
  ['labelValue', labelValue],
  [
    'uri',
    (text) =>
      formatCheck('uri')?.(text) === false ? [`parse ${JSON.stringify(text)}: invalid URI for request`] : [],
  ],
  ['uuid', checked('uuid', 'does not match the UUID format')],
  ['byte', checked('byte', 'invalid base64')],
  ['date', checked('date', 'invalid date')],
  ['datetime', checked('datetime', 'invalid datetime')],
]);

const formatNamed = (name: string): Format | undefined => {
  const judge = FORMATS.get(name);
  return judge && new Format(name, judge);
};

const validate = (format: Format, text: string): Value => {
  const faults = format.judge(text);
  return faults.length === 0 ? NONE : new Optional(listOfValues(faults));
};

export const NAMED_FORMATS: readonly Row[] = [
  ...[...FORMATS].map(
    ([name, judge]): Row => [
      `format.${name}`,
      `format.${name}: () -> NamedFormat`,
      () => new Format(name, judge),
    ],
  ),
  [
    'format-named',
    'format.named: (string) -> optional(NamedFormat)',
    (name: string) => {
      const format = formatNamed(name);
      return format === undefined ? NONE : new Optional(format);
    },
  ],
  ['format-validate', 'validate: NamedFormat.(string) -> optional(list(string))', validate],
];
