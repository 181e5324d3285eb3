import type { KubeObject } from '@fairlead/kube';
import { conform } from '../schema/conform.ts';
import type { Call } from './api.ts';
import { objectFault, readBody, unrecognized } from './body.ts';
import { type Decoded, type DecodeError, mediaTypeOf, renderFaults } from './codec.ts';
import { badRequest } from './errors.ts';
import { inDocumentOrder } from './field-order.ts';
import { onceThere } from './once-there.ts';
import type { WriteOptions } from './query.ts';
import { type TypeFault, typedValue } from './type-meta.ts';

/** The body of a create or an update, conforming to the structure of its kind, defaults filled in. */
export const readObject = (call: Call, options: WriteOptions): KubeObject | Promise<KubeObject> => {
  const type = mediaTypeOf(call.request.headers['content-type']);
  const refuse = (fault: DecodeError): Error => unrecognized(call, objectFault(fault));
  return onceThere(readBody(call, { type, goType: goTypeOf(call), refuse }), (decoded) =>
    conformObject(call, { decoded, options, refuse: (fault) => cannotBeHandled(call, fault) }),
  );
};

/** Refuses a body that is of another kind, or not made as its kind is. */
const cannotBeHandled = (call: Call, { why, kind, version }: TypeFault): Error => {
  if (kind === '') return unrecognized(call, why);
  const { kind: wanted } = call.resource.definition;
  return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${wanted}: ${why}`);
};

const goTypeOf = ({ resource }: Call): string | undefined => {
  const schema = resource.version.schema();
  return resource.definition.origin === 'builtin' && schema.type === 'object' ? schema.typeName : undefined;
};

/** The same for an object that was made by a patch. */
export const conformObject = (
  call: Call,
  given: {
    readonly decoded: Decoded;
    readonly options: Pick<WriteOptions, 'fieldValidation'>;
    /** Words what is of another kind, or not made as its kind is. */
    readonly refuse: (fault: TypeFault) => Error;
  },
): KubeObject => {
  const { resource } = call;
  const { origin, kind } = resource.definition;
  const value = typedValue(call, given.decoded.value, given.refuse);
  const now = new Date(call.api.clock.now());
  const schema = resource.version.schema();
  const result = conform({ schema, origin, apiVersion: resource.apiVersion, kind }, value);
  if (result.error !== undefined) {
    throw given.refuse({ why: result.error, kind, version: resource.version.version });
  }
  judgeFields(call, { ...given.options, ...given, unknown: result.unknown });
  return (resource.version.completeDefaults?.(result.value, now) ?? result.value) as unknown as KubeObject;
};

/** What `fieldValidation` makes of unknown and doubled fields: nothing, warnings, or a refusal. */
const judgeFields = (
  { resource, warnings }: Call,
  found: {
    readonly fieldValidation: WriteOptions['fieldValidation'];
    readonly unknown: readonly string[];
    readonly decoded: Decoded;
    readonly refuse: (fault: TypeFault) => Error;
  },
): void => {
  const { unknown, fieldValidation } = found;
  const { value } = found.decoded;
  const known = found.decoded.faults;
  if (fieldValidation === 'Ignore' || unknown.length + known.length === 0) return;
  const faults = [
    ...known,
    ...unknown.map((path) => ({ path, message: `unknown field ${JSON.stringify(path)}` })),
  ];
  // Of a custom resource Kubernetes reads the text first, then what it holds.
  const ordered = resource.definition.origin === 'custom' ? faults : inDocumentOrder(value, faults);
  if (fieldValidation !== 'Strict') {
    warnings.push(...ordered.map(({ message }) => message));
    return;
  }
  const why = `strict decoding error: ${renderFaults(ordered).join(', ')}`;
  throw found.refuse({ why, kind: resource.definition.kind, version: resource.version.version });
};
