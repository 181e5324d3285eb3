/** How to reach an API server over a socket, and as whom. PEM texts, not paths. */
export interface Connection {
  /** `https://127.0.0.1:7443`; a path in it is put before every request's. */
  readonly server: string;
  /** Go through this Unix socket; `server` then only gives the scheme and the `Host`. */
  readonly socketPath?: string;
  /** Go through this proxy: `http://`, `https://` or `socks5://`, with name and password if it wants them. */
  readonly proxy?: string;
  /** Which certificates to believe; without it the machine's. */
  readonly ca?: string;
  /** Believe any certificate. */
  readonly insecure?: boolean;
  /** The name that the server's certificate must bear, when it is not that of `server`. */
  readonly serverName?: string;
  /** A client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  /** A file with the token; read for every request, because its owner renews it. */
  readonly tokenFile?: string;
  /** Asked for every request when none of the above says who it is. */
  readonly credentials?: CredentialSource;
  /** Act as somebody else; needs the right to. */
  readonly impersonate?: Impersonation;
}

/** What somebody is known by: a token, a certificate with its key, or both. */
export interface Credential {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Gives what is good now, and remembers it. */
export interface CredentialSource {
  get(): Promise<Credential>;
  /** The server did not take it (401): the next `get` must not give the same again. */
  reject(credential: Credential): Promise<void>;
}

/** Whom to act as (Kubernetes, "User impersonation"). */
export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A connection with what else a kubeconfig's context says. */
export interface KubeconfigContext extends Connection {
  /** The context's name. */
  readonly context: string;
  /** The namespace that it works in; `default` unless it says otherwise. */
  readonly namespace: string;
  /** The name of the context's user entry; empty when it has none. */
  readonly user: string;
}
