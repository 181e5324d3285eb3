import { FairleadError } from '@fairlead/api/errors';
import { ApiError } from '@fairlead/kube';

const connectionFaults = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** An error of the API or the network as one of the register; undefined for a bug, which keeps its stack. */
export const explainFault = (error: unknown): FairleadError | undefined => {
  if (error instanceof ApiError) {
    if (error.code === 401) return new FairleadError('E_UNAUTHORIZED');
    return new FairleadError('E_API_REFUSED', { what: error.message, reason: error.reason });
  }
  if (error instanceof Error && error.name === 'KubeconfigError') {
    return new FairleadError('E_KUBECONFIG', { reason: error.message });
  }
  const code = faultCode(error);
  return code === undefined
    ? undefined
    : new FairleadError('E_API_UNREACHABLE', { url: urlOf(error), reason: code });
};

const faultCode = (error: unknown): string | undefined => {
  for (let fault: unknown = error; fault instanceof Error; fault = fault.cause) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code !== undefined && connectionFaults.has(code)) return code;
  }
  return undefined;
};

const urlOf = (error: unknown): string => {
  const { address, port } = ((error as Error).cause ?? error) as { address?: string; port?: number };
  return address === undefined ? 'the context' : `${address}:${port ?? ''}`;
};
