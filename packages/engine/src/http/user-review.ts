import type { KubeObject } from '@fairlead/kube';
import { renderUser } from '../auth/user.ts';
import type { Call } from './api.ts';
import { badRequest } from './errors.ts';
import { timestamp } from './metadata.ts';

/** Who am I? (authentication.k8s.io/v1, SelfSubjectReview) */
export const reviewSelf = ({ api, user, resource }: Call): object => ({
  kind: resource.definition.kind,
  apiVersion: resource.apiVersion,
  metadata: { creationTimestamp: timestamp(api.clock.now()) },
  status: { userInfo: renderUser(user) },
});

interface TokenReview extends KubeObject {
  readonly spec: { readonly token?: string; readonly audiences?: readonly string[] };
}

/** Whose token is this, and for whom was it made? (authentication.k8s.io/v1, TokenReview) */
export const reviewToken = ({ api }: Call, review: TokenReview): object => {
  const { token = '', audiences = [] } = review.spec;
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const found = api.authentication.ofToken(token, audiences);
  const status =
    'error' in found
      ? { user: {}, error: found.error }
      : {
          authenticated: true,
          user: renderUser(found.user),
          ...(found.audiences.length > 0 && { audiences: found.audiences }),
        };
  return { ...review, status };
};
