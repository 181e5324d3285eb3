import type { KubeObject } from '@fairlead/kube';
import { equalJson, isObject, type JsonObject } from '../schema/json.ts';
import { type Conflict, conflictCauses, conflictMessage, conflictsOf } from './conflict.ts';
import { difference, EMPTY_SET, withoutSubtrees } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { allowedByLastApplied, withLastApplied } from './last-applied.ts';
import { decodeOwners, encodeOwners, identityOf, type Owner, type Owners, setFields } from './managers.ts';
import { mergeApplied } from './merge.ts';
import { pruneLeftOut } from './prune.ts';
import { UNOWNED } from './reset-fields.ts';
import { typedErrors, typedMessage } from './typed.ts';
import { Changes, takeOwnership, withManagedFields, type Write } from './update.ts';

export interface Apply extends Write {
  /** Absent when the apply creates. */
  readonly live?: KubeObject;
  /** The configuration as sent, apiVersion and kind included. */
  readonly applied: KubeObject;
  /** Take conflicting fields from their owners. */
  readonly force?: boolean;
}

export type ApplyResult =
  /** The object to admit, default, validate and store; the very live object when nothing changes at all. */
  | { readonly kind: 'applied'; readonly object: KubeObject }
  /** 409 Conflict. */
  | {
      readonly kind: 'conflict';
      readonly conflicts: readonly Conflict[];
      readonly message: string;
      readonly causes: ReturnType<typeof conflictCauses>;
    }
  /** 400 BadRequest, or 500 without a reason as Kubernetes answers to a configuration that does not fit the schema. */
  | { readonly kind: 'refused'; readonly code: 400 | 500; readonly message: string };

/**
 * Server-side apply: lays the configuration over the live object, removes what this manager applied
 * before and does not any more, and settles who owns what. Defaults come after it.
 */
export function applyPatch(apply: Apply): ApplyResult {
  const refusal = refuse(apply);
  if (refusal !== undefined) return refusal;
  const first = applyOnce(apply);
  if (first.kind !== 'conflict' || apply.manager !== 'kubectl') return synced(apply, first);
  // What `kubectl apply` wrote from the client's side before is its own: no conflict with itself.
  const others = first.conflicts.filter(({ path }) => !allowedByLastApplied(apply, path));
  if (others.length > 0) return conflict(others);
  return synced(apply, applyOnce({ ...apply, force: true }));
}

const synced = (apply: Apply, result: ApplyResult): ApplyResult =>
  result.kind === 'applied' && apply.manager === 'kubectl'
    ? { ...result, object: withLastApplied(result.object, apply.applied) }
    : result;

const conflict = (conflicts: readonly Conflict[]): ApplyResult => ({
  kind: 'conflict',
  conflicts,
  message: conflictMessage(conflicts),
  causes: conflictCauses(conflicts),
});

function refuse({ schema, applied }: Apply): ApplyResult | undefined {
  const metadata: JsonObject = isObject(applied.metadata) ? applied.metadata : {};
  const { managedFields = null } = metadata;
  if (managedFields !== null) {
    return { kind: 'refused', code: 400, message: 'metadata.managedFields must be nil' };
  }
  const errors = typedErrors(schema, applied);
  if (errors.length === 0) return undefined;
  const [namespace, name] = [metadata.namespace, metadata.name].map((one) =>
    typeof one === 'string' ? one : '',
  );
  const [group, version] = applied.apiVersion.includes('/')
    ? applied.apiVersion.split('/')
    : ['', applied.apiVersion];
  const kind = `${group}/${version}, Kind=${applied.kind}`;
  return {
    kind: 'refused',
    code: 500,
    message: `failed to create typed patch object (${namespace}/${name}; ${kind}): ${typedMessage(errors)}`,
  };
}

function applyOnce(apply: Apply): ApplyResult {
  const { schema, applied } = apply;
  const live = apply.live && withManagedFields(apply.live, undefined);
  const owners = startingOwners(apply);
  const id = identityOf(applierOf(apply));
  const last = owners.get(id)?.fields ?? EMPTY_SET;
  claim(apply, owners, id);
  const merged = mergeApplied(schema, live, applied);
  const object = pruneLeftOut({ schema, merged, last, owners }) as KubeObject;
  const changes = new Changes(apply, live, object);
  const conflicts = apply.force ? [] : conflictsOf(owners, changes, id);
  if (conflicts.length > 0) return conflict(conflicts);
  changes.strike(owners, id);
  const changed = !equalJson(live, object);
  finish(apply, owners, { id, changed });
  return {
    kind: 'applied',
    object: withManagedFields(changed ? object : (live as KubeObject), encodeOwners(owners)),
  };
}

/** An object without owners gets one for all that is there, so that the first apply knows what it takes. */
function startingOwners(apply: Apply): Owners {
  const owners = decodeOwners(apply.live?.metadata.managedFields, true) ?? new Map();
  if (owners.size === 0 && apply.live !== undefined) {
    takeOwnership({ ...apply, manager: 'before-first-apply', live: undefined, next: apply.live }, owners);
  }
  return owners;
}

const applierOf = (apply: Apply): Omit<Owner, 'fields' | 'time'> => ({
  manager: apply.manager,
  operation: 'Apply',
  apiVersion: apply.apiVersion,
  subresource: apply.subresource ?? '',
});

function claim(apply: Apply, owners: Owners, id: string): void {
  const fields = fieldSetOf(apply.schema, apply.applied);
  const time = owners.get(id)?.time;
  owners.set(id, {
    ...applierOf(apply),
    ...(time !== undefined && { time }),
    fields: apply.reset ? withoutSubtrees(fields, apply.reset) : fields,
  });
}

/** The time says when the object changed last by this manager; it stays when nothing did. */
function finish(apply: Apply, owners: Owners, { id, changed }: { id: string; changed: boolean }): void {
  const owner = owners.get(id) as Owner;
  setFields(owners, id, difference(owner.fields, UNOWNED));
  const kept = owners.get(id);
  if (changed && kept !== undefined) owners.set(id, { ...kept, time: apply.now });
}
