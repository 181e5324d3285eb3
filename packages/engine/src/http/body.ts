import type { Call } from './api.ts';
import { summarizeBody } from './body-summary.ts';
import { type Decoded, DecodeError, decode, type MediaType } from './codec.ts';
import { badRequest } from './errors.ts';

const EMPTY = new Uint8Array();

/** The body of a request. `refuse` words what cannot be read: every verb has its own words for it in Kubernetes. */
export const readBody = (
  { request }: Call,
  given: {
    readonly type: MediaType;
    /** What a protobuf body is read as. */
    readonly goType?: string | undefined;
    readonly refuse: (fault: DecodeError) => Error;
  },
): Decoded | Promise<Decoded> => {
  const refuse = (error: unknown): never => {
    throw error instanceof DecodeError ? given.refuse(error) : error;
  };
  try {
    const decoded = decode(request.body ?? EMPTY, given.type, given.goType);
    return decoded instanceof Promise ? decoded.catch(refuse) : decoded;
  } catch (error) {
    return refuse(error);
  }
};

/** The fault of a body in which an object was looked for. */
export const objectFault = ({ format, message }: DecodeError): string =>
  format === 'json' ? `couldn't get version/kind; json parse error: ${message}` : `yaml: ${message}`;

/** Refuses what is no object of a kind, and shows how it begins. */
export const unrecognized = (
  { request, resource }: Call,
  fault: string,
  kind = resource.definition.kind,
): Error =>
  badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${fault} (${summarizeBody(request.body ?? EMPTY)})`,
  );
