import { type Auth, type BuildGrant, type BuildTokens, tokenOf, type User } from '../../auth/index.ts';
import {
  createRegistry,
  type Registry,
  type RegistryStorage,
  type RepositoryVerb,
} from '../../registry/index.ts';
import type { Clock } from '@fairlead/kube';
import type { Handler } from '../listen.ts';

/** Who comes to the registry: a person or a part of the platform, or a step of a build. */
type Visitor =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'build'; readonly grant: BuildGrant };

export interface RegistryOptions {
  readonly storage: RegistryStorage;
  readonly clock: Clock;
  readonly auth: Auth;
  readonly buildTokens: BuildTokens;
}

/** The registry, behind the permissions on Apps: who may change an App may push to its repository. */
export const openRegistry = ({ storage, clock, auth, buildTokens }: RegistryOptions): Registry =>
  createRegistry<Visitor>({
    storage,
    clock,
    onFault: (error) => console.error(error),
    authenticate: async (request) => {
      const token = tokenOf(request.headers) ?? '';
      const grant = buildTokens.read(token);
      if (grant !== undefined) return { kind: 'build', grant };
      const user = await auth.authenticate(token);
      return user === undefined ? undefined : { kind: 'user', user };
    },
    authorize: async (visitor, verb, repository) => {
      const [namespace = '', name = ''] = repository.split('/');
      if (visitor.kind === 'build')
        return visitor.grant.namespace === namespace && visitor.grant.app === name;
      return auth.authorize(visitor.user, {
        verb: verbs[verb],
        group: 'fairlead.dev',
        resource: 'apps',
        namespace,
        name,
      });
    },
  });

const verbs = { pull: 'get', push: 'update', delete: 'delete' } as const satisfies Record<
  RepositoryVerb,
  string
>;

/** Everything that the platform serves, by path. */
export const servePaths = (parts: { registry: Handler; git: Handler; gateway: Handler }): Handler => {
  const welcome = 'This is Fairlead. Make an app with  fairlead create NAME  and see  fairlead --help\n';
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/v2' || pathname.startsWith('/v2/')) return parts.registry(request);
    if (pathname.startsWith('/git/')) return parts.git(request);
    if (pathname === '/' && request.method === 'GET') return new Response(welcome);
    return parts.gateway(request);
  };
};
