import type { KubeResponse } from '@fairlead/kube';
import type { Api } from './api.ts';
import { noSuchPath } from './missing.ts';
import { respondText } from './respond.ts';

/** Which question is asked: is the process alive, may it be sent work. `healthz` is the older word for the first. */
export type Health = 'readyz' | 'livez' | 'healthz';

interface Check {
  readonly name: string;
  readonly isGood: (api: Api) => boolean;
}

const answers: Check = { name: 'ping', isGood: () => true };
/** The name of what Kubernetes keeps its objects in; here it is the store. */
const store: Check = { name: 'etcd', isGood: ({ store }) => store.fault === undefined };
const writes: Check = { name: 'etcd-readiness', isGood: ({ store }) => store.fault === undefined };

const CHECKS: Readonly<Record<Health, readonly Check[]>> = {
  healthz: [answers, store],
  livez: [answers, store],
  readyz: [answers, store, writes],
};

/** `/readyz?verbose&exclude=etcd`, and `/readyz/etcd` for one check alone. */
export const serveHealth = (
  api: Api,
  asked: { readonly health: Health; readonly check: string; readonly query: string },
): KubeResponse => {
  const checks = CHECKS[asked.health];
  if (asked.check === '') return serveAll(api, asked.health, new URLSearchParams(asked.query));
  const check = checks.find(({ name }) => name === asked.check);
  if (check === undefined) return noSuchPath();
  return check.isGood(api) ? plain('ok') : respondText('internal server error: not ready\n', 500);
};

/** Says nothing of how browsers are to take it, unlike the page of all checks. */
const plain = (text: string): KubeResponse => {
  const { 'x-content-type-options': _, ...headers } = respondText(text).headers;
  return { ...respondText(text), headers };
};

const serveAll = (api: Api, health: Health, query: URLSearchParams): KubeResponse => {
  const excluded = query.getAll('exclude');
  const checks = CHECKS[health].map((check) => judge(api, check, excluded));
  const unknown = excluded.filter((name) => !CHECKS[health].some((check) => check.name === name));
  const lines = [...checks.map(({ line }) => line), ...unknownLine(unknown)];
  if (checks.some(({ good }) => !good)) return respondText(`${lines.join('')}${health} check failed\n`, 500);
  return respondText(query.has('verbose') ? `${lines.join('')}${health} check passed\n` : 'ok');
};

const judge = (api: Api, { name, isGood }: Check, excluded: readonly string[]) => {
  if (excluded.includes(name)) return { good: true, line: `[+]${name} excluded: ok\n` };
  if (isGood(api)) return { good: true, line: `[+]${name} ok\n` };
  // Anybody may ask, so nobody is told why.
  return { good: false, line: `[-]${name} failed: reason withheld\n` };
};

const unknownLine = (names: readonly string[]): string[] => {
  if (names.length === 0) return [];
  const quoted = [...new Set(names)].sort().map((name) => `"${name}"`);
  return [`warn: some health checks cannot be excluded: no matches for ${quoted.join(',')}\n`];
};
