import type { KubeObject, KubeResponse, ObjectMeta } from '@fairlead/kube';
import { admit, allocate, prepareAdmission, validateAdmission } from '../admission/chain.ts';
import { generateName } from '../resources/names.ts';
import { keyOf } from '../resources/registry.ts';
import type { StoredObject } from '../store/contract.ts';
import { whyDenied } from './access.ts';
import { type Call, storedCall, subjectOf } from './api.ts';
import { requestFor } from './admission-request.ts';
import { alreadyExists, badRequest, failure, forbidden } from './errors.ts';
import { newMetadata, renderUuid, withMetadata } from './metadata.ts';
import { readObject } from './object.ts';
import { onceThere } from './once-there.ts';
import { trackOwner } from './owner.ts';
import { parseWriteOptions, type WriteOptions } from './query.ts';
import { respondObject } from './respond.ts';
import { emptyStatus, withStatus } from './status.ts';
import { requireValid } from './validation.ts';
import { asRead, inStored } from './versions.ts';
import { warn } from './warnings.ts';
import { putObject } from './write.ts';

/** POST to a collection. */
export const create = (call: Call): KubeResponse | Promise<KubeResponse> => {
  const options = parseWriteOptions(call.query, 'CreateOptions');
  return onceThere(readObject(call, options), (object) => {
    const { resource, path } = call;
    requireNoVersion(object);
    requireLasting(call, object);
    const announced = {
      operation: 'CREATE',
      resource,
      subresource: '',
      namespace: path.namespace,
      object,
    } as const;
    return onceThere(prepareAdmission(call.api.admission, announced), () =>
      createObject(call, { object, options }).then((stored) => respondObject(call, stored, 201)),
    );
  });
};

const requireLasting = (call: Call, { metadata }: KubeObject): void => {
  if (call.resource.definition.ending !== true) return;
  const why = 'create not allowed while custom resource definition is terminating';
  throw forbidden(subjectOf(call, metadata?.name ?? ''), why);
};

/** Everything up to the write happens in one tick, so that nothing can come between. */
export const createObject = (
  asked: Call,
  given: {
    readonly object: KubeObject;
    readonly options: WriteOptions;
    /** An apply brings its own record of who owns which field. */
    readonly applied?: boolean;
  },
): Promise<StoredObject> => {
  const call = storedCall(asked);
  const { api, resource } = call;
  const { options } = given;
  const sent = inStored(asked.resource, given.object);
  const draft = newObject(call, sent);
  // What admission and the server itself add belongs to no writer.
  const owned = given.applied ? draft : trackOwner(asked, { next: draft, sent, options });
  const request = requestFor(asked, {
    operation: 'CREATE',
    object: owned,
    name: announcedName(call, sent),
    ...options,
  });
  const admitted = admit(api.admission, request);
  const supplied = allocate(api.admission, { ...request, object: admitted });
  const object = resource.rules.create?.(supplied) ?? supplied;
  requireValid(call, { object, part: 'object' });
  requireCreate(asked);
  warn(call, object);
  const alongside = validateAdmission(api.admission, { ...request, object, name: object.metadata.name });
  const key = keyOf(resource.keyPrefix, object.metadata.namespace ?? '', object.metadata.name);
  const taken = api.store.pending(key)?.value();
  if (taken !== undefined) throw alreadyExists(subjectOf(asked, object.metadata.name), taken);
  return putObject(call, { key, object: asRead(asked.resource, object), dryRun: options.dryRun, alongside });
};

/** Steps that come before a generated name is drawn see what it begins with. */
const announcedName = ({ path }: Call, { metadata }: KubeObject): string =>
  [metadata?.name, path.name, metadata?.generateName].find((name) => name !== undefined && name !== '') ??
  'Unknown';

/** Leave to change something is not leave to make it, which a PUT or an apply does when nothing is there. */
const requireCreate = ({ api, user, request, path }: Call): void => {
  if (request.method === 'POST') return;
  const denied = whyDenied(api, { user, verb: 'create', ...path });
  if (denied !== undefined) throw denied;
};

/** An object that is to be made has been nowhere yet. */
const requireNoVersion = ({ metadata }: KubeObject): void => {
  const version = metadata?.resourceVersion ?? '';
  if (version === '' || version === '0') return;
  throw failure({ code: 500, message: 'resourceVersion should not be set on objects to be created' });
};

/** With the metadata that the server decides about, and without a status: that is for controllers to say. */
const newObject = (call: Call, sent: KubeObject): KubeObject => {
  const { definition } = call.resource;
  const namespace = namespaceOf(call, sent);
  const name = nameOf(call, sent, namespace);
  const generation = definition.generation;
  const metadata = newMetadata(call.api, {
    sent: sent.metadata ?? { name: '' },
    name,
    namespace,
    generation,
  });
  const object = withMetadata(sent, metadata);
  const shaped = call.resource.rules.shape?.(object, undefined) ?? object;
  if (!definition.status || definition.keepsStatus) return shaped;
  return withStatus(shaped, emptyStatus(call.resource));
};

export const namespaceOf = ({ resource, path }: Call, sent: KubeObject): string => {
  const said = sent.metadata?.namespace ?? '';
  if (!resource.definition.namespaced) return '';
  if (said !== '' && said !== path.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return path.namespace;
};

/** A generated name is drawn again when it is taken; after that many draws something else is wrong. */
const DRAWS = 8;

const nameOf = ({ api, resource, path }: Call, sent: KubeObject, namespace: string): string => {
  // A client may leave out what every stored object has.
  const said: Partial<ObjectMeta> = sent.metadata ?? {};
  const { name = '', generateName: base = '' } = said;
  if (path.name !== '' && name !== '' && name !== path.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${path.name})`);
  }
  if (name !== '' || base === '') {
    if (name + path.name === '' && resource.rules.drawsNames) return renderUuid(api.random);
    return name === '' ? path.name : name;
  }
  let drawn = generateName(base, api.random);
  for (let draw = 1; draw < DRAWS; draw++) {
    if (api.store.pending(keyOf(resource.keyPrefix, namespace, drawn)) === undefined) return drawn;
    drawn = generateName(base, api.random);
  }
  return drawn;
};
