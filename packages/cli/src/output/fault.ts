import { FairleadError } from '@fairlead/api/errors';
import { ApiError, type Status } from '@fairlead/kube';

/** An error of the API or the network as one of the register; undefined for a bug, which keeps its stack. */
export const explainFault = (error: unknown): FairleadError | undefined => {
  if (error instanceof ApiError) return explainStatus(error.status);
  if (error instanceof Error && error.name === 'KubeconfigError') {
    return new FairleadError('E_KUBECONFIG', { reason: error.message });
  }
  const fault = findFault(error);
  return fault === undefined
    ? undefined
    : new FairleadError('E_API_UNREACHABLE', { url: addressOf(fault), reason: wordsFor(fault.code) });
};

/** What the API said when it refused (meta/v1 Status), as an error of the register: the one place for these texts. */
export const explainStatus = (status: Status): FairleadError => {
  const { code, reason = '', message = '', details } = status;
  if (code === 401) return new FairleadError('E_UNAUTHORIZED');
  if (code >= 500 || code === 429) return new FairleadError('E_API_FAILED', { reason: message || reason });
  if (reason === 'NotFound' && details?.kind === 'namespaces')
    return new FairleadError('E_NAMESPACE_NOT_FOUND', { namespace: details.name ?? '' });
  const [what, why] = wordsOf(status);
  return new FairleadError('E_API_REFUSED', { what, reason: why });
};

const wordsOf = ({ reason = '', message = '', details }: Status): [what: string, why: string] => {
  const subject = [details?.kind, details?.name]
    .filter((word) => word !== undefined && word !== '')
    .join(' ');
  const causes = (details?.causes ?? []).map(({ field, message: why = '' }) =>
    field === undefined || field === '' || field === '<nil>' ? why : `${field}: ${why}`,
  );
  switch (reason) {
    case 'Invalid':
      return [`${subject || 'the request'} is not valid`, causes.join('\n') || message];
    case 'Conflict':
      return [`${subject} was changed by somebody else at the same time`, message];
    case 'Forbidden':
      return ['you may not do that', message];
    case 'RequestEntityTooLarge':
      return ['the request is too large', message];
    default:
      return [message || 'the platform refused the request', causes.join('\n') || reason];
  }
};

interface Fault {
  readonly code: string;
  readonly address?: string;
  readonly port?: number;
  readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number };
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it cut the connection',
  EPIPE: 'it cut the connection',
  UND_ERR_SOCKET: 'it cut the connection',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it does not answer in time',
  EPROTO: 'what listens there speaks something else',
};

// Node's and OpenSSL's names for a certificate that is not the one the kubeconfig was written for.
const otherPlatform = /CERT|SIGNATURE|^ERR_(SSL|TLS)_|^HPE_|^UNABLE_TO_/;

const wordsFor = (code: string): string =>
  `${words[code] ?? 'another program or another platform listens there now'} (${code})`;

const findFault = (error: unknown): Fault | undefined => {
  for (let fault: unknown = error; fault instanceof Error; fault = fault.cause) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code !== undefined && (Object.hasOwn(words, code) || otherPlatform.test(code)))
      return fault as Error & Fault;
  }
  return undefined;
};

const addressOf = ({ address, port, socket }: Fault): string => {
  const host = address ?? socket?.remoteAddress;
  return host === undefined ? 'the address of the context' : `${host}:${port ?? socket?.remotePort ?? ''}`;
};
