import { summarizeBody } from '../body-summary.ts';
import { DecodeError } from '../codec.ts';
import { badRequest } from '../errors.ts';
import { readMessage } from './message.ts';
import { bytesOf, readFields, textOf, type Wire, WireError } from './wire.ts';

/**
 * Reads a body in Kubernetes' protobuf encoding: clients with types of their own, as kubectl's generators, send
 * it, and take JSON back. `type` is what the address expects, `core.v1.Pod`; where it lies in the message is in
 * the generated types, so no kind has a line of its own. Gives the JSON that Go would write. 400 for the rest.
 */
export const decodeProtobuf = (bytes: Uint8Array, type: string): Record<string, unknown> => {
  const wanted = type.slice(type.lastIndexOf('.') + 1);
  const { apiVersion, kind, raw } = given(
    () => readEnvelope(bytes),
    `the object provided is unrecognized (must be of type ${wanted})`,
    ` (${summarizeBody(bytes)})`,
  );
  const refusal = `${kind} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${wanted}`;
  // The numbers of another kind's fields would mean something else here.
  if (kind !== '' && kind !== wanted) throw badRequest(refusal);
  return { kind, apiVersion, ...given(() => readMessage(raw, type), refusal) };
};

const given = <Value>(read: () => Value, what: string, more = ''): Value => {
  try {
    return read();
  } catch (error) {
    const refused = error instanceof WireError || error instanceof DecodeError;
    throw refused ? badRequest(`${what}: ${error.message}${more}`) : error;
  }
};

/** Every body begins so (apimachinery, serializer/protobuf). */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];

interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** runtime.Unknown: apiVersion and kind, and the message. Kubernetes does not look at the rest of it either. */
const readEnvelope = (bytes: Uint8Array): Envelope => {
  if (bytes.length === 0) throw new WireError('empty data');
  if (!MAGIC.every((byte, index) => bytes[index] === byte))
    throw new WireError(
      `provided data does not appear to be a protobuf message, expected prefix [${MAGIC.join(' ')}]`,
    );
  if (bytes.length === MAGIC.length) throw new WireError('empty body');
  const unknown = readFields(bytes.subarray(MAGIC.length));
  const named = readFields(contentOf(unknown.get(1)));
  const [apiVersion, kind] = [1, 2].map((number) => named.get(number)?.at(-1));
  return {
    apiVersion: apiVersion === undefined ? '' : textOf(apiVersion),
    kind: kind === undefined ? '' : textOf(kind),
    raw: contentOf(unknown.get(2)),
  };
};

const contentOf = (wires: readonly Wire[] | undefined): Uint8Array => {
  const last = wires?.at(-1);
  return last === undefined ? new Uint8Array() : bytesOf(last);
};
