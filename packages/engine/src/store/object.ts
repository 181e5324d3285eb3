import type { KubeObject } from '@fairlead/kube';
import type { StoredObject } from './contract.ts';
import type { JournalRecord } from './journal.ts';

/** How the objects of one store become values. */
export interface Reading {
  readonly parse: (bytes: Uint8Array) => KubeObject;
  /** Makes a value fit to be shared; freezes it in tests. */
  readonly share: (value: KubeObject) => KubeObject;
}

/** An object, or what is left of a deleted one. Small: a store holds hundreds of thousands. */
export class Stored implements StoredObject, JournalRecord {
  readonly key: string;
  readonly revision: number;
  readonly bytes: Uint8Array;
  readonly deleted: boolean;
  readonly #reading: Reading;
  /** Most objects are written, sent as bytes and never looked into: who needs the value keeps it alive. */
  #value: WeakRef<KubeObject> | undefined;

  constructor(record: JournalRecord, reading: Reading, value?: KubeObject) {
    this.key = record.key;
    this.revision = record.revision;
    this.bytes = ownBytes(record.bytes);
    this.deleted = record.deleted;
    this.#reading = reading;
    if (value) this.#value = new WeakRef(reading.share(value));
  }

  value(): KubeObject {
    const shared = this.#value?.deref();
    if (shared) return shared;
    const value = this.#reading.share(this.#reading.parse(this.bytes));
    this.#value = new WeakRef(value);
    return value;
  }
}

/**
 * A view into a larger buffer would keep all of that alive: a `Buffer.from(text)` of 2 KB sits in a
 * slab of 64 KB.
 */
const ownBytes = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);

/** Freezes a JSON value through and through. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
