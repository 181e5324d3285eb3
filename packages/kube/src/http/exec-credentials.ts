import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../clock.ts';
import type { Connection, Credential, CredentialSource } from './connection.ts';
import { type ExecEntry, KubeconfigError } from './kubeconfig-file.ts';

export interface ExecOptions {
  readonly exec: ExecEntry;
  /** What the plugin is told of the cluster, if it wants to know. */
  readonly cluster: Connection & { readonly config?: unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isInteractive: boolean;
  readonly clock: Clock;
}

/**
 * Credentials from a program of the user's (Kubernetes, "client-go credential plugins"). It runs when one is
 * needed, at most once at a time, and again when that has expired or was not taken.
 */
export function execCredentials(options: ExecOptions): CredentialSource {
  const interactive = decideInteractive(checkEntry(options.exec), options.isInteractive);
  let held: Promise<Held> | undefined;
  const current = (): Promise<Held> => {
    if (held !== undefined) return held;
    const running = runPlugin(options, interactive);
    running.catch(() => forget(running));
    return (held = running);
  };
  const forget = (running: Promise<Held>): void => {
    // Of several that find it of no use any more, the first does this.
    if (held === running) held = undefined;
  };
  return {
    async get() {
      const asked = current();
      const { credential, expires } = await asked;
      if (options.clock.now() <= expires) return credential;
      forget(asked);
      return (await current()).credential;
    },
    async reject(credential) {
      const asked = held;
      if (asked !== undefined && (await asked).credential === credential) forget(asked);
    },
  };
}

interface Held {
  readonly credential: Credential;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

function checkEntry(exec: ExecEntry): ExecEntry {
  const { apiVersion, command, interactiveMode } = exec;
  if (!command) throw new KubeconfigError('the kubeconfig uses exec without a command');
  if (!apiVersion || !versions.includes(apiVersion))
    throw new KubeconfigError(`the kubeconfig uses exec with the apiVersion ${apiVersion ?? 'of nothing'}`);
  if (!interactiveMode && apiVersion === versions[0])
    throw new KubeconfigError('the kubeconfig uses exec without an interactiveMode');
  return exec;
}

function decideInteractive({ interactiveMode = 'IfAvailable' }: ExecEntry, isPossible: boolean): boolean {
  switch (interactiveMode) {
    case 'Never':
      return false;
    case 'IfAvailable':
      return isPossible;
    case 'Always':
      if (!isPossible)
        throw new KubeconfigError('the credential plugin must ask, and standard input is no terminal');
      return true;
    default:
      throw new KubeconfigError(`the kubeconfig uses exec with the interactiveMode ${interactiveMode}`);
  }
}

async function runPlugin(options: ExecOptions, interactive: boolean): Promise<Held> {
  const { exec, env } = options;
  const { command = '', args = [], installHint } = exec;
  const info = JSON.stringify(renderInfo(options, interactive));
  const own = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const child = spawn(command, args, {
    env: { ...env, ...own, KUBERNETES_EXEC_INFO: info },
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
  });
  const output = Array.fromAsync(child.stdout as AsyncIterable<Buffer>);
  try {
    const [status] = (await once(child, 'close')) as [number | null];
    if (status !== 0) throw new Error(`it ended with ${status ?? 'a signal'}`);
    return parseAnswer(Buffer.concat(await output).toString(), exec);
  } catch (error) {
    const hint = installHint && (error as NodeJS.ErrnoException).code === 'ENOENT' ? `\n${installHint}` : '';
    const message = `the credential plugin ${command}: ${(error as Error).message}${hint}`;
    throw new KubeconfigError(message, { cause: error });
  }
}

function renderInfo({ exec, cluster }: ExecOptions, interactive: boolean): object {
  const { server, ca, insecure, serverName, proxy, config } = cluster;
  const told = {
    server,
    'tls-server-name': serverName,
    'insecure-skip-tls-verify': insecure,
    'certificate-authority-data': ca === undefined ? undefined : Buffer.from(ca).toString('base64'),
    'proxy-url': proxy,
    config,
  };
  const spec = { ...(exec.provideClusterInfo && { cluster: told }), interactive };
  return { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec };
}

interface Answer {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
    readonly expirationTimestamp?: string;
  };
}

function parseAnswer(text: string, { apiVersion }: ExecEntry): Held {
  const { status, ...type } = JSON.parse(text) as Answer;
  if (type.kind !== 'ExecCredential' || type.apiVersion !== apiVersion)
    throw new Error(
      `it answered with ${type.apiVersion} ${type.kind}, not with an ExecCredential of ${apiVersion}`,
    );
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status ?? {};
  if (!token && !cert && !key) throw new Error('it answered with no token and no certificate');
  if (!cert !== !key) throw new Error('it answered with a certificate or its key, and not both');
  const expires = expirationTimestamp === undefined ? Infinity : Date.parse(expirationTimestamp);
  if (Number.isNaN(expires))
    throw new Error(`it answered with the expirationTimestamp ${expirationTimestamp}`);
  return { credential: { ...(token && { token }), ...(cert && key && { cert, key }) }, expires };
}
