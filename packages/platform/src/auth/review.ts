import type { Client } from '@fairlead/kube';
import type { Access, Auth, User } from './contract.ts';

/**
 * Asks the Kubernetes API who somebody is and what he may do: the same roles that bind him at the API bind him at
 * the platform's own servers. The client must itself be allowed to ask (the role `system:auth-delegator`). Rejects
 * when the API cannot be asked: nobody is let in by a failure.
 */
export const createReviewAuth = (client: Client): Auth => ({
  authenticate: async (token) => {
    if (token === '') return undefined;
    const { status } = await ask<TokenReview>(client, 'authentication.k8s.io/v1/tokenreviews', { token });
    return status.authenticated === true ? readUser(status.user) : undefined;
  },
  authorize: async (user, access) => {
    const { status } = await ask<AccessReview>(
      client,
      'authorization.k8s.io/v1/subjectaccessreviews',
      specOf(user, access),
    );
    return status.allowed;
  },
});

interface TokenReview {
  readonly status: {
    readonly authenticated?: boolean;
    readonly user: UserInfo;
  };
}

interface UserInfo extends Partial<Pick<User, 'groups' | 'uid' | 'extra'>> {
  readonly username?: string;
}

interface AccessReview {
  readonly status: { readonly allowed: boolean };
}

const ask = <Answer>(client: Client, review: string, spec: object): Promise<Answer> =>
  client.json<Answer>({ method: 'POST', path: `/apis/${review}`, body: { spec } });

const readUser = ({ username = '', groups = [], uid, extra }: UserInfo): User => ({
  name: username,
  groups,
  ...(uid !== undefined && { uid }),
  ...(extra !== undefined && { extra }),
});

const specOf = ({ name, groups, uid, extra }: User, { ...resourceAttributes }: Access): object => ({
  user: name,
  groups,
  ...(uid !== undefined && { uid }),
  ...(extra !== undefined && { extra }),
  resourceAttributes,
});
