import type { Case, Request } from './case.ts';

/** `/api/v1/…` or `/apis/<group>/<version>/…`, in a namespace or not: resource, name, part. */
const ADDRESS =
  /^\/(?:api\/v1|apis\/(?<group>[^/]+)\/[^/]+)(?:\/namespaces\/[^/]+(?=\/(?!status|finalize)))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]*))?(?:\/(?<part>[^/]+))?$/;

/**
 * Which kind a case is about, and what is done to it, by the first answer that is compared: `create pods`. Every case
 * has custom resources of its own, so that these are told apart by the file that they are in.
 */
export const subjectOf = (file: string, { steps }: Case): string => {
  const request = steps.find((step): step is Request => 'method' in step && step.setup === undefined);
  if (request === undefined) return 'nothing';
  const [path = ''] = request.path.split('?');
  const found = ADDRESS.exec(path.startsWith('/') ? path : `/api/v1/namespaces/{{ns}}/${path}`)?.groups;
  if (found === undefined) return `${request.method} ${path}`;
  const { group = '', resource = '', name, part } = found;
  const place = group.startsWith('{{ns}}') ? ` of ${file}` : '';
  const kind = [resource, part].filter((word) => word !== undefined).join('/');
  return `${verbOf(request, name)} ${kind}${group === '' || place !== '' ? '' : `.${group}`}${place}`;
};

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

const verbOf = ({ method, watch, headers }: Request, name: string | undefined): string => {
  if (method === 'GET') return watch === undefined ? (name === undefined ? 'list' : 'get') : 'watch';
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
  if (headers?.['content-type']?.includes('apply') === true) return 'apply';
  return VERBS[method] ?? method;
};
