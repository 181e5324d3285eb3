import type { Place } from '../../../schema/place.ts';
import { headerName, portName, portNumber } from '../../formats.ts';

/** How a container is asked, or told: one of these. */
interface Handler {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: HttpGet;
  readonly tcpSocket?: { readonly port?: number | string };
  readonly grpc?: { readonly port?: number };
  readonly sleep?: { readonly seconds?: number };
}

interface HttpGet {
  readonly path?: string;
  readonly port?: number | string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly { readonly name?: string }[];
}

export interface Probe extends Handler {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
}

export interface Lifecycle {
  readonly postStart?: Handler;
  readonly preStop?: Handler;
}

/** How long a pod has to stop; a container cannot sleep longer than that. */
type Grace = number | undefined;

const SECONDS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

const judgeProbe = (probe: Probe, at: Place): void => {
  judgeHandler(probe, undefined, at);
  for (const field of SECONDS) at.field(field).notNegative(probe[field]);
  const { terminationGracePeriodSeconds: grace } = probe;
  if (grace !== undefined && grace <= 0) {
    at.field('terminationGracePeriodSeconds').invalid(grace, 'must be greater than 0');
  }
};

/** One success is enough for a probe of life and of the start. */
const judgeSimpleProbe = (probe: Probe, at: Place): void => {
  judgeProbe(probe, at);
  const { successThreshold = 0 } = probe;
  if (successThreshold !== 1) at.field('successThreshold').invalid(successThreshold, 'must be 1');
};

const judgeReadiness = (probe: Probe, at: Place): void => {
  judgeProbe(probe, at);
  const { terminationGracePeriodSeconds: grace } = probe;
  if (grace === undefined) return;
  at.field('terminationGracePeriodSeconds').invalid(grace, 'must not be set for readinessProbes');
};

/** A container's hooks and probes. */
export const judgeHandlers = (
  container: {
    readonly lifecycle?: Lifecycle;
    readonly livenessProbe?: Probe;
    readonly readinessProbe?: Probe;
    readonly startupProbe?: Probe;
  },
  grace: Grace,
  at: Place,
): void => {
  const { lifecycle = {}, livenessProbe, readinessProbe, startupProbe } = container;
  const hooks = at.field('lifecycle');
  if (lifecycle.postStart) judgeHandler(lifecycle.postStart, grace, hooks.field('postStart'));
  if (lifecycle.preStop) judgeHandler(lifecycle.preStop, grace, hooks.field('preStop'));
  if (livenessProbe) judgeSimpleProbe(livenessProbe, at.field('livenessProbe'));
  if (readinessProbe) judgeReadiness(readinessProbe, at.field('readinessProbe'));
  if (startupProbe) judgeSimpleProbe(startupProbe, at.field('startupProbe'));
};

const judgeHandler = (handler: Handler, grace: Grace, at: Place): void => {
  let found = 0;
  for (const [type, judge] of ACTIONS) {
    const action = handler[type];
    if (action === undefined) continue;
    if (found++ > 0) at.field(type).forbidden('may not specify more than 1 handler type');
    else judge(action, at.field(type), grace);
  }
  if (found === 0) at.required('must specify a handler type');
};

const judgeHttpGet = ({ path = '', port = 0, scheme = '', httpHeaders = [] }: HttpGet, at: Place): void => {
  if (path === '') at.field('path').required();
  judgePort(port, at.field('port'));
  if (!SCHEMES.includes(scheme)) at.field('scheme').unsupported(scheme, SCHEMES);
  for (const { name = '' } of httpHeaders) at.field('httpHeaders').faults(name, headerName(name));
};

const SCHEMES = ['HTTP', 'HTTPS'];

const judgePort = (port: number | string, at: Place): void =>
  at.faults(port, typeof port === 'number' ? portNumber(port) : portName(port));

const judgeSleep = ({ seconds = 0 }: { readonly seconds?: number }, at: Place, grace: Grace): void => {
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return;
  at.invalid(seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`);
};

const ACTIONS: readonly (readonly [keyof Handler, (action: object, at: Place, grace: Grace) => void])[] = [
  [
    'exec',
    ({ command = [] }: NonNullable<Handler['exec']>, at: Place) => {
      if (command.length === 0) at.field('command').required();
    },
  ],
  ['httpGet', judgeHttpGet],
  [
    'tcpSocket',
    ({ port = 0 }: { readonly port?: number | string }, at: Place) => judgePort(port, at.field('port')),
  ],
  ['grpc', ({ port = 0 }: { readonly port?: number }, at: Place) => judgePort(port, at.field('port'))],
  ['sleep', judgeSleep],
];
