import { FairleadError } from '@fairlead/api/errors';
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
  /** Who acts, as the API knows them: what they are called in a kubeconfig is anybody's choice. */
  whoAmI(): Promise<string>;
}

/** Opens the platform that the options or the current context name. */
export const connect = async ({ io, options }: Pick<Invocation, 'io' | 'options'>): Promise<Platform> => {
  const namespace = checkNamespace(textOption(options, 'namespace'));
  const context = await findContext(io, textOption(options, 'context'));
  const connection = await loadKubeconfig(context.kubeconfig);
  const http = openHttp(connection);
  const client = createClient(http.transport, { fieldManager: 'fairlead-cli', userAgent: 'fairlead-cli' });
  return {
    client,
    context,
    token: connection.token ?? '',
    namespace: namespace ?? connection.namespace,
    whoAmI: () => whoAmI(client),
    [Symbol.asyncDispose]: () => http.close(),
  };
};

const whoAmI = async (client: Client): Promise<string> => {
  const { status } = await client.json<SelfSubjectReview>({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: {},
  });
  return status.userInfo.username;
};

interface SelfSubjectReview {
  readonly status: { readonly userInfo: { readonly username: string } };
}

/** An empty one would mean all namespaces to the API. */
const checkNamespace = (name: string | undefined): string | undefined => {
  if (name === undefined || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new FairleadError('E_ARGUMENT', {
    argument: `--namespace ${JSON.stringify(name)}`,
    reason: 'the name of a namespace has 1 to 63 lower-case letters, digits and dashes',
    command: '',
  });
};
