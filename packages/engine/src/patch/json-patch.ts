import { equalJson, isObject, type JsonObject, setMember } from '../schema/json.ts';
import { stringifyExact } from '../schema/exact-json.ts';
import {
  attempt,
  malformed,
  PatchError,
  type PatchRefusal,
  type PatchResult,
  UNPROCESSABLE,
} from './patch-error.ts';

const MOST_OPERATIONS = 10_000;
/** What `copy` may copy in one patch, in characters of JSON: a few operations could double a document each. */
const MOST_COPIED = 3 * 1024 * 1024;

type Container = Record<string, unknown> | unknown[];

/**
 * JSON patch (RFC 6902) with Kubernetes' leniencies: negative indices count from the end, and
 * `replace` of a member that is not there adds it. The document is not changed in place.
 */
export function jsonPatch(document: unknown, operations: unknown): PatchResult {
  return attempt(() => {
    const list = readOperations(operations);
    const patched = new Patched(document);
    for (const operation of list) patched.apply(operation);
    return patched.root;
  });
}

function readOperations(operations: unknown): readonly JsonObject[] {
  if (operations === null) return [];
  if (!Array.isArray(operations)) throw unreadable(operations, '[]handlers.jsonPatchOp');
  if (operations.length > MOST_OPERATIONS) throw new PatchError(tooMany(operations.length));
  const wrong = operations.find((operation) => !isObject(operation));
  if (wrong !== undefined) throw unreadable(wrong, 'handlers.jsonPatchOp');
  for (const operation of operations as JsonObject[]) requireTexts(operation);
  return operations as JsonObject[];
}

const TEXTS = ['op', 'path', 'from'];

function requireTexts(operation: JsonObject): void {
  for (const [name, value] of Object.entries(operation)) {
    if (!TEXTS.includes(name) || value === null || typeof value === 'string') continue;
    const field = `struct field jsonPatchOp.${name} of type string`;
    throw new PatchError(
      malformed(`error decoding patch: json: cannot unmarshal ${kindOf(value)} into Go ${field}`),
    );
  }
}

const unreadable = (what: unknown, type: string): PatchError =>
  new PatchError(
    malformed(`error decoding patch: json: cannot unmarshal ${kindOf(what)} into Go value of type ${type}`),
  );

const tooMany = (count: number): PatchRefusal => ({
  code: 413,
  reason: 'RequestEntityTooLarge',
  message: `Request entity too large: The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${count}`,
});

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;

const refuse = (why: string): never => {
  throw new PatchError(UNPROCESSABLE, why);
};

/** A document being patched: containers are copied when first written, then written in place. */
class Patched {
  root: unknown;
  readonly #owned = new WeakSet<object>();
  #copied = 0;

  constructor(document: unknown) {
    this.root = document;
  }

  apply(operation: JsonObject): void {
    const path = () => text(operation, 'path');
    const value = Object.hasOwn(operation, 'value') ? operation.value : null;
    switch (operation.op) {
      case 'add':
        return this.#add(path(), value);
      case 'remove':
        return void this.#remove(path());
      case 'replace':
        return this.#replace(path(), value);
      case 'move':
        return this.#add(path(), this.#remove(text(operation, 'from')));
      case 'copy':
        return this.#add(path(), this.#copy(text(operation, 'from')));
      case 'test':
        return this.#test(path(), value);
      default:
        return refuse(`Unexpected kind: ${String(operation.op ?? 'unknown')}`);
    }
  }

  #add(path: string, value: unknown): void {
    const { container, key } = this.#find(path, { write: true });
    if (Array.isArray(container))
      container.splice(key === '-' ? container.length : index(key, container.length + 1), 0, value);
    else setMember(container, key, value);
  }

  #remove(path: string): unknown {
    const { container, key } = this.#find(path, { write: true });
    if (Array.isArray(container)) return container.splice(index(key, container.length), 1)[0];
    if (!Object.hasOwn(container, key)) refuse(`Unable to remove nonexistent key: ${key}`);
    const removed = container[key];
    delete container[key];
    return removed;
  }

  #replace(path: string, value: unknown): void {
    if (path === '') {
      if (typeof value === 'object' && value !== null) this.root = value;
      return;
    }
    const { container, key } = this.#find(path, { write: true });
    if (Array.isArray(container)) container[index(key, container.length)] = value;
    else setMember(container, key, value);
  }

  #copy(path: string): unknown {
    const value = this.#get(path) ?? null;
    this.#copied += stringifyExact(value).length;
    if (this.#copied > MOST_COPIED) refuse('the copied values are too large');
    return structuredClone(value);
  }

  #test(path: string, value: unknown): void {
    const found = path === '' ? this.root : this.#get(path);
    if (!equalJson(found ?? null, value)) refuse(`testing value ${path} failed`);
  }

  #get(path: string): unknown {
    const { container, key } = this.#find(path, { write: false });
    if (Array.isArray(container)) return container[index(key, container.length)];
    return Object.hasOwn(container, key) ? container[key] : undefined;
  }

  /** The container that the last element of a JSON pointer (RFC 6901) is in. */
  #find(path: string, { write }: { readonly write: boolean }): { container: Container; key: string } {
    const elements = path.split('/').slice(1).map(unescape);
    const key = elements.pop() ?? refuse(`doc is missing path: ${JSON.stringify(path)}`);
    if (write) this.root = this.#own(this.root);
    let container = this.root;
    for (const element of elements) {
      const at = Array.isArray(container) ? index(element, container.length) : element;
      const next: unknown =
        container !== null && Object.hasOwn(container as object, at)
          ? (container as JsonObject)[at]
          : undefined;
      if (typeof next !== 'object' || next === null)
        return refuse(`doc is missing path: ${JSON.stringify(path)}`);
      const child = write ? this.#own(next) : next;
      if (child !== next) setMember(container as Record<string, unknown>, String(at), child);
      container = child;
    }
    return { container: container as Container, key };
  }

  #own(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || this.#owned.has(value)) return value;
    const copy = Array.isArray(value) ? [...value] : { ...value };
    this.#owned.add(copy);
    return copy;
  }
}

const unescape = (element: string): string => element.replaceAll('~1', '/').replaceAll('~0', '~');

function text(operation: JsonObject, member: string): string {
  const value = operation[member];
  return typeof value === 'string' ? value : refuse(`operation, missing ${member} field`);
}

/** An index below `length`; negative ones count from the end. */
function index(element: string, length: number): number {
  if (!/^[+-]?\d+$/.test(element)) refuse(`value was not a proper array index: '${element}'`);
  const number = Number(element);
  const at = number < 0 ? number + length : number;
  if (at < 0 || at >= length) refuse(`Unable to access invalid index: ${number}`);
  return at;
}
