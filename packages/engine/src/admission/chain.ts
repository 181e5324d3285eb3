import type { KubeObject } from '@fairlead/kube';
import type { User } from '../auth/user.ts';
import type { ServedResource } from '../resources/registry.ts';
import type { StoredObject } from '../store/contract.ts';

/** A write that asks to be let in. The object is the whole one, defaulted, not yet validated. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly user: User;
  readonly resource: ServedResource;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject;
  readonly old?: KubeObject;
  readonly dryRun: boolean;
  /** What a key holds once everything enqueued is committed. */
  readonly pending: (key: string) => StoredObject | undefined;
}

/** What is known of a write before its moment has come: the object as it was sent, unchecked in a patch. */
export type Announced = Pick<AdmissionRequest, 'operation' | 'resource' | 'subresource'> & {
  readonly object?: KubeObject;
};

/** A step on the way in. Throws an `ApiError` to refuse. */
export interface Admission {
  readonly name: string;
  /** Awaited before the object is read and written in one tick; for what cannot be had at once. */
  prepare?(request: Announced): Promise<void> | undefined;
  /** Returns the object, or another one in its place. Must not change its argument. */
  admit?(request: AdmissionRequest): KubeObject;
  /**
   * The same for what the server gives out (the address of a Service), when all have been asked: it belongs to no
   * writer. The kind's own rules come after it.
   */
  allocate?(request: AdmissionRequest): KubeObject;
}

/** In order; each sees what the one before made of the object. */
export const admit = (chain: readonly Admission[], request: AdmissionRequest): KubeObject =>
  chain.reduce((object, step) => step.admit?.({ ...request, object }) ?? object, request.object);

export const allocate = (chain: readonly Admission[], request: AdmissionRequest): KubeObject =>
  chain.reduce((object, step) => step.allocate?.({ ...request, object }) ?? object, request.object);

export const prepareAdmission = async (chain: readonly Admission[], request: Announced): Promise<void> => {
  for (const step of chain) {
    const waiting = step.prepare?.(request);
    if (waiting !== undefined) await waiting;
  }
};
