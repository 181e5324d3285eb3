import { type Client, createClient } from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { type Invocation, textOption } from '../command.ts';
import { type Context, findContext } from '../contexts/contexts.ts';

/** A platform that a command talks to, until it is disposed. */
export interface Platform extends AsyncDisposable {
  readonly client: Client;
  readonly context: Context;
  /** The connection's token, for the gateway. */
  readonly token: string;
  /** The namespace that `--namespace` or the context names. */
  readonly namespace: string;
  /** Who acts: the user of the context. */
  readonly user: string;
}

/** Opens the platform that the options or the current context name. */
export const connect = async ({ io, options }: Pick<Invocation, 'io' | 'options'>): Promise<Platform> => {
  const context = await findContext(io, textOption(options, 'context'));
  const connection = await loadKubeconfig(context.kubeconfig);
  const http = openHttp(connection);
  return {
    client: createClient(http.transport, { fieldManager: 'fairlead-cli', userAgent: 'fairlead-cli' }),
    context,
    token: connection.token ?? '',
    namespace: textOption(options, 'namespace') ?? connection.namespace,
    user: connection.user,
    [Symbol.asyncDispose]: () => http.close(),
  };
};
