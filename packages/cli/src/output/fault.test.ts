import assert from 'node:assert/strict';
import { it } from 'node:test';
import { renderError } from '@fairlead/api/errors';
import { ApiError, type Status } from '@fairlead/kube';
import { statusOf } from '../status.ts';
import { explainFault } from './fault.ts';

const status = (code: number, reason: string, rest: Partial<Status> = {}): ApiError =>
  new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, ...rest });

const rows: readonly (readonly [string, ApiError, number, string])[] = [
  [
    'a token that is not known',
    status(401, 'Unauthorized', { message: 'Unauthorized' }),
    1,
    `✘ E_UNAUTHORIZED  who you are is not known
  why    the token is missing, wrong or expired
  solve  use the context that fairlead up wrote:  fairlead --context local …`,
  ],
  [
    'what is not allowed',
    status(403, 'Forbidden', { message: 'apps.fairlead.dev "shop" is forbidden: User "ann" cannot get' }),
    1,
    `✘ E_API_REFUSED  you may not do that
  why    apps.fairlead.dev "shop" is forbidden: User "ann" cannot get
  solve  mend the request and try again`,
  ],
  [
    'a namespace that is not there',
    status(404, 'NotFound', {
      message: 'namespaces "nope" not found',
      details: { name: 'nope', kind: 'namespaces' },
    }),
    1,
    `✘ E_NAMESPACE_NOT_FOUND  there is no namespace nope
  why    an app lives in a namespace, and nobody has made this one
  solve  make it:  kubectl create namespace nope`,
  ],
  [
    'an object that breaks the rules of its kind',
    status(422, 'Invalid', {
      message: 'App.fairlead.dev "shop" is invalid: …',
      details: {
        name: 'shop',
        group: 'fairlead.dev',
        kind: 'App',
        causes: [
          { field: 'spec.env[0].name', message: 'Invalid value: "A B"' },
          { field: '<nil>', message: 'some rule' },
        ],
      },
    }),
    1,
    `✘ E_API_REFUSED  App shop is not valid
  why    spec.env[0].name: Invalid value: "A B"
         some rule
  solve  mend the request and try again`,
  ],
  [
    'an object that is too large',
    status(413, 'RequestEntityTooLarge', { message: 'Request entity too large: limit is 3145728' }),
    1,
    `✘ E_API_REFUSED  the request is too large
  why    Request entity too large: limit is 3145728
  solve  mend the request and try again`,
  ],
  [
    'a fault of the platform',
    status(500, 'InternalError', { message: 'Internal error occurred: disk full' }),
    3,
    `✘ E_API_FAILED  the platform failed
  why    Internal error occurred: disk full
  solve  try again; if it stays, look into logs/control-plane.log in the data folder`,
  ],
  [
    'a platform that has too much to do',
    status(429, 'TooManyRequests', {}),
    3,
    `✘ E_API_FAILED  the platform failed
  why    TooManyRequests
  solve  try again; if it stays, look into logs/control-plane.log in the data folder`,
  ],
];

for (const [what, error, exit, expected] of rows) {
  it(`${what} is told in the words of the register`, () => {
    const known = explainFault(error);
    assert.ok(known);
    assert.equal(renderError(known), expected);
    assert.equal(statusOf(known), exit);
  });
}

const network: readonly (readonly [string, Error, string])[] = [
  [
    'a closed port',
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address: '127.0.0.1', port: 7443 }),
    'the platform at 127.0.0.1:7443 does not answer: nothing listens there (ECONNREFUSED)',
  ],
  [
    'a connection that breaks',
    Object.assign(new Error('other side closed'), {
      code: 'UND_ERR_SOCKET',
      socket: { remoteAddress: '127.0.0.1', remotePort: 8080 },
    }),
    'the platform at 127.0.0.1:8080 does not answer: it cut the connection (UND_ERR_SOCKET)',
  ],
  [
    'the certificate of another platform',
    new TypeError('failed', {
      cause: Object.assign(new Error(), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    }),
    'the platform at the address of the context does not answer: another program or another platform listens there now (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
  ],
];

for (const [what, error, expected] of network) {
  it(`${what} is the platform’s fault`, () => {
    const known = explainFault(error);
    assert.equal(`${known?.message}: ${known?.why}`, expected);
    assert.equal(known === undefined ? 0 : statusOf(known), 3);
  });
}

it('a bug is none of these, and keeps its stack', () => {
  assert.equal(explainFault(new TypeError('undefined is not a function')), undefined);
  assert.equal(explainFault(Object.assign(new Error('no such file'), { code: 'ENOENT' })), undefined);
});
