import type { Case, Request } from './case.ts';

const verbs: Readonly<Record<string, string>> = {
  PUT: 'update',
  PATCH: 'patch',
  HEAD: 'get',
  OPTIONS: 'options',
};

/** What a case is about, `create configmaps`: its last request, for which the others prepare. */
export const subjectOf = ({ steps }: Case): string => {
  const requests = steps.filter((step): step is Request => 'method' in step && step.setup === undefined);
  const last = requests.at(-1);
  if (last === undefined) return 'nothing';
  const { resource, name } = addressOf(last.path);
  return `${verbOf(last, name)} ${resource}`;
};

const addressOf = (path: string): { readonly resource: string; readonly name: string } => {
  const [bare = ''] = path.split('?');
  const isCore = !bare.startsWith('/');
  const parts = bare.split('/').filter((part) => part !== '');
  const rest = isCore ? parts : parts.slice(parts[0] === 'api' ? 2 : 3);
  const inside = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  const [resource = bare, name = '', subresource] = inside;
  return { resource: subresource === undefined ? resource : `${resource}/${subresource}`, name };
};

const verbOf = ({ method, watch, headers = {} }: Request, name: string): string => {
  if (watch !== undefined) return 'watch';
  if (method === 'GET') return name === '' ? 'list' : 'get';
  if (method === 'POST') return 'create';
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete';
  const isApply = headers['content-type']?.startsWith('application/apply') ?? false;
  return isApply ? 'apply' : (verbs[method] ?? method);
};
