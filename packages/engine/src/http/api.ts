import type { Clock, KubeObject, KubeRequest, KubeResponse, Metrics, Random } from '@fairlead/kube';
import type { Chain } from '../admission/chain.ts';
import type { Authentication } from '../auth/authentication.ts';
import type { Authorizer } from '../auth/authorizer.ts';
import type { User } from '../auth/user.ts';
import type { Policy } from '../rbac/policy.ts';
import type { Registry, ServedResource } from '../resources/registry.ts';
import type { Store } from '../store/contract.ts';
import type { Subject } from './errors.ts';
import type { Accepted } from './accept.ts';
import type { NodeConnection } from './node-connection.ts';
import type { RequestMetrics } from './metrics/requests.ts';
import type { Pages } from './pages.ts';
import type { ObjectPath } from './route.ts';

/** What the verbs work with. One per engine. */
export interface Api {
  readonly store: Store;
  readonly resources: Registry;
  readonly admission: Chain;
  readonly authentication: Authentication;
  readonly authorize: Authorizer;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly random: Random;
  readonly pages: Pages;
  readonly node?: NodeConnection;
  /** What `/metrics` shows. */
  readonly metrics: Metrics;
  readonly requests: RequestMetrics;
  /** Objects handed out in this process are frozen, to find who changes them. */
  readonly freeze: boolean;
  /** Told of faults of our own: what a client is not to see, and somebody has to. */
  readonly onError: (error: unknown) => void;
}

/** One request for an object or a collection, after the door: known resource, known and allowed user. */
export interface Call {
  readonly api: Api;
  readonly request: KubeRequest;
  readonly user: User;
  readonly resource: ServedResource;
  readonly path: ObjectPath;
  readonly query: URLSearchParams;
  readonly accept: Accepted;
  /** What the client is to be told beside the answer, in `Warning` headers; grows on the way. */
  readonly warnings: string[];
}

export type Verb = (call: Call) => KubeResponse | Promise<KubeResponse>;

/** The object that a call is about, as messages name it. */
export const subjectOf = (
  { resource, path }: Pick<Call, 'resource' | 'path'>,
  name = path.name,
): Subject => ({
  group: resource.definition.group,
  resource: resource.definition.resource,
  name,
});

/**
 * The same request in the version that is stored: there a write is judged. The very call unless its version has a
 * conversion.
 */
export const storedCall = (call: Call): Call =>
  call.resource.stored === undefined ? call : { ...call, resource: call.resource.stored };

/** An object as it is changed on its way in; what it shares with stored objects stays as it is. */
export type Draft = KubeObject & Readonly<Record<string, unknown>>;

export const fieldOf = (object: KubeObject, field: string): unknown => (object as Draft)[field];
