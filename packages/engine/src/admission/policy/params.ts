import { type KubeObject, matchesSelector } from '@fairlead/kube';
import { keyOf, keyPrefixOf, type Registry } from '../../resources/registry.ts';
import type { ResourceDefinition } from '../../schema/definition.ts';
import type { Store } from '../../store/contract.ts';
import type { AdmissionPolicy, PolicyBinding } from './policy.ts';

/** Why a policy cannot be asked: it, or a binding of it, is not set up well. */
export class Misconfigured extends Error {}

/** Where parameters come from. */
interface Source {
  /** The kind of a policy's parameters; undefined when it has none. */
  readonly definition: ResourceDefinition | undefined;
  readonly store: Store;
  /** Of the object that is written. */
  readonly namespace: string;
}

/** The objects that a policy is asked with, one after the other; `undefined` stands for none. */
export const collectParams = (
  { spec: { paramRef } }: PolicyBinding,
  { definition, store, namespace }: Source,
): readonly (KubeObject | undefined)[] => {
  if (definition === undefined || paramRef === undefined) return [undefined];
  const place = placeOf(definition, paramRef.namespace, namespace);
  const found = findParams(store, definition, { ...paramRef, namespace: place });
  if (found.length > 0 || paramRef.parameterNotFoundAction !== 'Deny') return found;
  throw new Misconfigured('no params found for policy binding with `Deny` parameterNotFoundAction');
};

/** The kind that a policy takes its parameters from. */
export const paramDefinition = (
  registry: Registry,
  { apiVersion, kind }: NonNullable<AdmissionPolicy['spec']['paramKind']>,
): ResourceDefinition => {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  for (const definition of registry.all()) {
    if (definition.group !== group || definition.kind !== kind) continue;
    if (definition.versions.some((one) => one.version === version)) return definition;
  }
  const name = `${group === '' ? `/${version}` : apiVersion}, Kind=${kind}`;
  throw new Misconfigured(`failed to find resource referenced by paramKind: '${name}'`);
};

const placeOf = ({ namespaced }: ResourceDefinition, named: string | undefined, own: string): string => {
  if (!namespaced && named !== undefined)
    throw new Misconfigured('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  if (!namespaced) return '';
  if ((named ?? own) === '')
    throw new Misconfigured(
      'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
    );
  return named ?? own;
};

const findParams = (
  store: Store,
  { group, resource }: ResourceDefinition,
  {
    name,
    namespace,
    selector,
  }: NonNullable<PolicyBinding['spec']['paramRef']> & { readonly namespace: string },
): readonly KubeObject[] => {
  const prefix = keyPrefixOf(group, resource);
  const snapshot = store.snapshot();
  if (name !== undefined) {
    const found = snapshot.get(keyOf(prefix, namespace, name));
    return found === undefined ? [] : [found.value()];
  }
  const all = snapshot.range(namespace === '' ? prefix : `${prefix}${namespace}/`);
  return all.map((one) => one.value()).filter(({ metadata }) => matchesSelector(selector, metadata.labels));
};
