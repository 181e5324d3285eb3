import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import { ISSUER } from '../auth/service-account.ts';
import type { Api } from './api.ts';
import { respondValue } from './respond.ts';

/** Which of the two documents by which others verify the tokens of service accounts. */
export type IssuerDocument = 'configuration' | 'keys';

/** Kept by clients for so long; the key does not change while the server runs. */
const CACHED = { 'cache-control': 'public, max-age=3600' };

/**
 * OpenID Connect Discovery 1.0, section 4, and a JWK set (RFC 7517, 5), as of Kubernetes' "service account issuer
 * discovery". The keys are had at the very host that the configuration was asked of.
 */
export const serveIssuer = (
  { authentication }: Api,
  document: IssuerDocument,
  { headers }: KubeRequest,
): KubeResponse => {
  if (document === 'keys') {
    const type = { 'content-type': 'application/jwk-set+json' };
    return respondValue({ keys: authentication.keys() }, 200, { ...CACHED, ...type });
  }
  const origin = headers.host === undefined ? ISSUER : `https://${headers.host}`;
  return respondValue(
    {
      issuer: ISSUER,
      jwks_uri: `${origin}${KEYS_PATH}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    },
    200,
    CACHED,
  );
};

const KEYS_PATH = '/openid/v1/jwks';
