import type { KubeObject } from '@fairlead/kube';
import type { User } from '../auth/user.ts';
import type { ServedResource } from '../resources/registry.ts';
import type { Store, StoredObject } from '../store/contract.ts';

/** A write that asks to be let in. The object is the whole one, defaulted. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly user: User;
  readonly resource: ServedResource;
  readonly subresource: string;
  readonly namespace: string;
  /** As messages say it: while a generated name is not decided yet, what it begins with. */
  readonly name: string;
  readonly object: KubeObject;
  readonly old?: KubeObject;
  readonly dryRun: boolean;
  /** What a key holds once everything enqueued is committed. */
  readonly pending: (key: string) => StoredObject | undefined;
  /** Tells the client something that does not keep the write out (a `Warning` header). */
  readonly warn: (message: string) => void;
}

/** What is known of a write before its moment has come: the object as it was sent, unchecked in a patch. */
export type Announced = Pick<AdmissionRequest, 'operation' | 'resource' | 'subresource' | 'namespace'> & {
  readonly object?: KubeObject;
};

/** A write that has to be in the same commit as the one that was let in. */
export type Alongside = (store: Store) => void;

/**
 * A step on the way in. As in Kubernetes, all steps first shape the object, then its kind's rules are applied, and
 * then all steps look at the result. Each throws an `ApiError` to refuse.
 */
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
  /** Judges what is about to be written. Nothing else can refuse it after the last step. */
  validate?(request: AdmissionRequest): Alongside | void;
}

type Door = 'prepare' | 'admit' | 'allocate' | 'validate';

/** For each door the steps that mind it, in order. */
export type Chain = { readonly [D in Door]: readonly Required<Admission>[D][] };

export const chainOf = (steps: readonly Admission[]): Chain => ({
  prepare: stepsAt(steps, 'prepare'),
  admit: stepsAt(steps, 'admit'),
  allocate: stepsAt(steps, 'allocate'),
  validate: stepsAt(steps, 'validate'),
});

const stepsAt = <D extends Door>(steps: readonly Admission[], door: D): Required<Admission>[D][] =>
  steps.filter((step): step is Required<Admission> => step[door] !== undefined).map((step) => step[door]);

export const admit = ({ admit: steps }: Chain, request: AdmissionRequest): KubeObject => pass(steps, request);

export const allocate = ({ allocate: steps }: Chain, request: AdmissionRequest): KubeObject =>
  pass(steps, request);

/** Each sees what the one before made of the object. */
const pass = (steps: Chain['admit'], request: AdmissionRequest): KubeObject => {
  let current = request;
  for (const step of steps) {
    const object = step(current);
    if (object !== current.object) current = { ...current, object };
  }
  return current.object;
};

/** What else is to be written with it. Of a dry run nothing is. */
export const validateAdmission = (chain: Chain, request: AdmissionRequest): readonly Alongside[] => {
  const writes: Alongside[] = [];
  for (const step of chain.validate) {
    const write = step(request);
    if (write !== undefined && !request.dryRun) writes.push(write);
  }
  return writes;
};

/** One after the other, from the one at this index on. Undefined when there is nothing to wait for. */
export const prepareAdmission = (chain: Chain, request: Announced, from = 0): Promise<void> | undefined => {
  for (const [index, step] of chain.prepare.entries()) {
    const waiting = index < from ? undefined : step(request);
    if (waiting !== undefined) return waiting.then(() => prepareAdmission(chain, request, index + 1));
  }
  return undefined;
};
