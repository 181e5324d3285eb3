import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@fairlead/kube';
import { openServerIdentity } from '../../packages/engine/src/auth/certificates.ts';
import { renderKubeconfig } from '../../packages/engine/src/auth/kubeconfig.ts';
import { newKey } from '../../packages/engine/src/auth/issue.ts';

/** Somebody who comes in with a token. */
export interface TokenUser {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
}

/** The one who may do everything. */
export const administrator: TokenUser = { name: 'admin', groups: ['system:masters'] };

/** How clients come in. */
export interface Credentials {
  /** PEM. */
  readonly ca: string;
  /** By the user's name. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** Writes certificates, keys, tokens and the administrator's kubeconfig into the folder. */
export const writeCredentials = async (given: {
  readonly folder: string;
  readonly url: string;
  readonly users: readonly TokenUser[];
}): Promise<Credentials> => {
  const { folder, url, users } = given;
  const write = (name: string, text: string): void =>
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  const hosts = ['127.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default.svc'];
  const identity = await openServerIdentity({ hosts, clock: systemClock });
  write('ca.crt', identity.ca);
  write('server.crt', identity.certificate);
  write('server.key', identity.key);
  write('service-account.key', newKey().export({ type: 'sec1', format: 'pem' }));
  const tokens = new Map(
    [administrator, ...users].map(({ name }) => [name, randomBytes(24).toString('hex')]),
  );
  const lines = [administrator, ...users].map(
    ({ name, uid = '', groups }) => `${tokens.get(name)},${name},${uid},"${groups.join(',')}"\n`,
  );
  write('tokens.csv', lines.join(''));
  const token = tokens.get(administrator.name) ?? '';
  write('kubeconfig', renderKubeconfig({ server: url, ca: identity.ca, user: administrator.name, token }));
  return { ca: identity.ca, tokens };
};
