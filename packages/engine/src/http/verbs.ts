import type { KubeResponse } from '@fairlead/kube';
import type { ServedResource } from '../resources/registry.ts';
import type { Call, Verb } from './api.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import { removeCollection } from './deletecollection.ts';
import { verbNamed } from './access.ts';
import { methodNotAllowed, verbNotSupported } from './errors.ts';
import { get } from './get.ts';
import { getMeasured, listMeasured, MEASURED_GROUP } from './measured.ts';
import { list } from './list.ts';
import { patch } from './patch.ts';
import { flag, parseListOptions } from './list-options.ts';
import { review } from './review.ts';
import type { ObjectPath } from './route.ts';
import { subresourceVerb } from './subresources.ts';
import { update } from './update.ts';
import { watch } from './watch.ts';

/** Undefined: nothing is served at this address. Throws 405 for a method that this address does not know. */
export const verbOf = (given: {
  readonly resource: ServedResource;
  readonly path: ObjectPath;
  readonly method: string;
  readonly query: URLSearchParams;
}): Verb | undefined => {
  const { resource, path, method, query } = given;
  if (method === 'HEAD' && resource.definition.origin === 'builtin') throw methodNotAllowed();
  if (path.subresource !== '') {
    return subresourceVerb(resource, path.subresource, { method, refuse: () => refusedMethod(given) });
  }
  const stored = path.name === '' ? onCollection(method, query) : onObject(method);
  const found = isMeasured(resource) ? onMeasured(stored) : stored;
  if (found?.verb === 'create' && isReview(resource)) return review;
  if (found === undefined || !resource.definition.verbs.includes(found.verb)) throw refusedMethod(given);
  return found.run;
};

/** Built-in kinds do not know HEAD: their router lists the methods of each address. */
const refusedMethod = ({ resource, path, method, query }: Parameters<typeof verbOf>[0]): Error => {
  const { origin, group } = resource.definition;
  if (origin === 'builtin') return methodNotAllowed();
  return verbNotSupported({ group, resource: path.resource }, verbNamed(method, path, query));
};

/** Without an agent's figures, somebody may define these kinds and write their objects. */
const isMeasured = ({ definition: { group, verbs } }: ServedResource): boolean =>
  group === MEASURED_GROUP && !verbs.includes('create');

/** Nothing of these is stored either. */
const onMeasured = (asked: ServedVerb | undefined): ServedVerb | undefined => {
  if (asked?.verb === 'get') return { verb: 'get', run: getMeasured };
  return asked?.verb === 'list' ? { verb: 'list', run: listMeasured } : asked;
};

/** Kinds that can only be posted are questions; nothing of them is stored. */
const isReview = ({ definition }: ServedResource): boolean =>
  definition.verbs.length === 1 && definition.verbs[0] === 'create';

/** A verb by its name in discovery, and the function that does it. */
interface ServedVerb {
  readonly verb: string;
  readonly run: Verb;
}

const onCollection = (method: string, query: URLSearchParams): ServedVerb | undefined => {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return flag(query, 'watch') ? { verb: 'watch', run: listOrWatch } : { verb: 'list', run: listOrWatch };
    case 'POST':
      return { verb: 'create', run: create };
    case 'DELETE':
      return { verb: 'deletecollection', run: removeCollection };
    default:
      return undefined;
  }
};

const listOrWatch = (call: Call): KubeResponse | Promise<KubeResponse> => {
  const options = parseListOptions(call.query);
  return options.watch ? watch(call, options) : list(call, options);
};

const onObject = (method: string): ServedVerb | undefined => {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return { verb: 'get', run: get };
    case 'PUT':
      return { verb: 'update', run: update };
    case 'PATCH':
      return { verb: 'patch', run: patch };
    case 'DELETE':
      return { verb: 'delete', run: remove };
    default:
      return undefined;
  }
};
