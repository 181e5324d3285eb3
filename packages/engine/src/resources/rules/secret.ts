import type { KubeObject } from '@fairlead/kube';
import { JsonSyntaxError, parseExactJson } from '../../http/json-exact.ts';
import { Place } from '../../schema/place.ts';
import type { Rules } from '../rules.ts';
import { bytesOf, DATA_LIMIT, type Entries, judgeImmutable, judgeKeys } from './data.ts';
import { keyPairFault } from './key-pair.ts';

interface Secret extends KubeObject {
  readonly type?: string;
  readonly data?: Entries;
}

type Judge = (secret: Secret, at: Place) => void;

const textOf = (data: Entries | undefined, key: string): string =>
  Buffer.from(data?.[key] ?? '', 'base64').toString();

/** What Docker writes: an object in JSON. */
const dockerConfig =
  (key: string): Judge =>
  ({ data = {} }, at) => {
    const here = at.field('data').key(key);
    const fault = Object.hasOwn(data, key) ? objectFault(textOf(data, key)) : undefined;
    if (!Object.hasOwn(data, key)) here.required();
    else if (fault !== undefined) here.invalid('<secret contents redacted>', fault);
  };

const objectFault = (text: string): string | undefined => {
  try {
    const { value } = parseExactJson(text);
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
};

const ACCOUNT = 'kubernetes.io/service-account.name';

/** Types that ask for certain keys (Kubernetes, "Types of Secret"). Any other word is a type, too. */
const TYPES: Readonly<Record<string, Judge>> = {
  'kubernetes.io/service-account-token': ({ metadata }, at) => {
    if ((metadata.annotations?.[ACCOUNT] ?? '') !== '') return;
    at.field('metadata').field('annotations').key(ACCOUNT).required();
  },
  'kubernetes.io/dockercfg': dockerConfig('.dockercfg'),
  'kubernetes.io/dockerconfigjson': dockerConfig('.dockerconfigjson'),
  'kubernetes.io/basic-auth': ({ data = {} }, at) => {
    if (Object.hasOwn(data, 'username') || Object.hasOwn(data, 'password')) return;
    for (const key of ['username', 'password']) at.field('data').key(key).required();
  },
  'kubernetes.io/ssh-auth': ({ data = {} }, at) => {
    if ((data['ssh-privatekey'] ?? '') === '') at.field('data').key('ssh-privatekey').required();
  },
  'kubernetes.io/tls': ({ data = {} }, at) => {
    for (const key of ['tls.crt', 'tls.key']) {
      if (!Object.hasOwn(data, key)) at.field('data').key(key).required();
    }
  },
};

const judgeChange = (next: Secret, old: Secret, at: Place): void => {
  if (next.type !== old.type) at.field('type').invalid(next.type, 'field is immutable');
  judgeImmutable({ next, old, fields: ['data'] }, at);
};

const judge = (secret: Secret, at: Place): void => {
  judgeKeys(secret.data, at.field('data'));
  if (bytesOf(secret.data, 'base64') > DATA_LIMIT) at.field('data').tooLong(DATA_LIMIT);
  const { type = '' } = secret;
  if (Object.hasOwn(TYPES, type)) TYPES[type]?.(secret, at);
};

/** A key without a value has an empty one. */
const withValues = ({ data = {}, ...secret }: Secret): Secret => ({
  ...secret,
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value ?? ''])),
});

export const secretRules: Rules = {
  complete: true,
  shape: (secret: Secret) => (Object.values(secret.data ?? {}).includes(null) ? withValues(secret) : secret),
  looks: ['change', 'whole'],
  validate(next: Secret, old: Secret | undefined) {
    const at = new Place();
    if (old !== undefined) judgeChange(next, old, at);
    judge(next, at);
    return at.found;
  },
  warnings({ type, data }: Secret) {
    if (type !== 'kubernetes.io/tls') return [];
    const fault = keyPairFault(textOf(data, 'tls.crt'), textOf(data, 'tls.key'));
    return fault === undefined ? [] : [fault];
  },
};
