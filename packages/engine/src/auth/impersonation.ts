import type { Headers } from '@fairlead/kube';
import { type Attributes } from './authorizer.ts';
import { serviceAccountGroups } from './service-account.ts';
import { anonymous, AUTHENTICATED, UNAUTHENTICATED, type User } from './user.ts';

/** What a request asks to be, each of which must be allowed (Kubernetes, "User impersonation"). */
export interface Impersonation {
  /** In the order in which they are to be asked. */
  readonly required: readonly Attributes[];
  readonly user: User;
}

const PREFIX = 'impersonate-';
const EXTRA = 'impersonate-extra-';

/** Whether any header asks for it. Looked at in every request. */
export const impersonates = (headers: Headers): boolean => {
  for (const name in headers) if (name.startsWith(PREFIX)) return true;
  return false;
};

/** Several values of one header are separated by line feeds, which no value can contain. */
const valuesOf = (headers: Headers, name: string): string[] => headers[name]?.split('\n') ?? [];

/** An error, in Kubernetes' words, when the headers name groups and such of nobody. */
export const parseImpersonation = (
  headers: Headers,
  requestor: User,
): Impersonation | { readonly error: string } => {
  const name = headers['impersonate-user'] ?? '';
  const uid = headers['impersonate-uid'] ?? '';
  const groups = valuesOf(headers, 'impersonate-group');
  const extra = extraOf(headers);
  const account = SERVICE_ACCOUNT.exec(name);
  const required = [
    ...(name === '' ? [] : [account === null ? one('users', name) : accountOf(account)]),
    ...groups.map((group) => one('groups', group)),
    ...Object.entries(extra).flatMap(([key, values]) => values.map((value) => ofExtra(key, value))),
    ...(uid === '' ? [] : [{ ...one('uids', uid), ...AUTHENTICATION }]),
  ];
  if (name === '') return { error: `requested ${renderRequested(required)} without impersonating a user` };
  return {
    required: required.map((attributes) => ({ ...attributes, user: requestor, verb: 'impersonate' })),
    user: {
      name,
      groups: completeGroups(name, groups, account?.[1]),
      ...(uid !== '' && { uid }),
      ...(Object.keys(extra).length > 0 && { extra }),
    },
  };
};

type Wanted = Omit<Attributes, 'user' | 'verb'>;

const SERVICE_ACCOUNT = /^system:serviceaccount:([a-z0-9](?:[-a-z0-9]*[a-z0-9])?):([^:]+)$/;
const AUTHENTICATION = { group: 'authentication.k8s.io', version: 'v1' };

const one = (resource: string, name: string): Wanted => ({
  group: '',
  version: '',
  resource,
  subresource: '',
  namespace: '',
  name,
});

const accountOf = ([, namespace = '', name = '']: RegExpExecArray): Wanted => ({
  ...one('serviceaccounts', name),
  namespace,
});

const ofExtra = (key: string, value: string): Wanted => ({
  ...one('userextras', value),
  ...AUTHENTICATION,
  subresource: key,
});

const extraOf = (headers: Headers): Record<string, readonly string[]> => {
  const names = Object.keys(headers).filter((name) => name.startsWith(EXTRA));
  return Object.fromEntries(
    names.map((name) => [unescapeKey(name.slice(EXTRA.length)), valuesOf(headers, name)]),
  );
};

/** A badly escaped key is taken as it stands. */
const unescapeKey = (key: string): string => {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
};

/** Whoever is somebody is among the authenticated, unless the request says otherwise. */
const completeGroups = (name: string, given: readonly string[], namespace: string | undefined): string[] => {
  const groups = given.length === 0 && namespace !== undefined ? serviceAccountGroups(namespace) : given;
  if (name === anonymous.name) {
    return groups.includes(UNAUTHENTICATED) ? [...groups] : [...groups, UNAUTHENTICATED];
  }
  const said = groups.includes(AUTHENTICATED) || groups.includes(UNAUTHENTICATED);
  return said ? [...groups] : [...groups, AUTHENTICATED];
};

const KINDS: Readonly<Record<string, string>> = {
  groups: 'Group',
  userextras: 'UserExtra',
  uids: 'UID',
};

/** Go's `%v` of a list of object references. */
const renderRequested = (wanted: readonly Wanted[]): string => {
  const texts = wanted.map(({ resource, name, group, subresource }) => {
    const version = group === '' ? '' : `${group}/v1`;
    return `{${[KINDS[resource], '', name, '', version, '', subresource].join(' ')}}`;
  });
  return `[${texts.join(' ')}]`;
};
