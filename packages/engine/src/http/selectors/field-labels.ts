import type { ServedResource } from '../../resources/registry.ts';
import { badRequest } from '../errors.ts';

/** Who tells of something: the newer field counts where the older one is empty (core/v1, ToSelectableFields). */
const SOURCE: readonly (readonly string[])[] = [['source', 'component'], ['reportingComponent']];

/**
 * The JSON paths of a field that a kind can be selected by, in keys; the first that holds something counts. Throws 400
 * for another field: a selector that matched nothing, or everything, would be worse than none.
 */
export const fieldPaths = (resource: ServedResource, name: string): readonly (readonly string[])[] => {
  const { group, kind } = resource.definition;
  return name === 'source' && group === '' && kind === 'Event' ? SOURCE : [fieldPath(resource, name)];
};

const fieldPath = (resource: ServedResource, name: string): readonly string[] => {
  const { definition } = resource;
  const own = Object.keys(definition.fieldSelectors).length > 0 || definition.origin === 'custom';
  const inNamespace = !own || definition.namespaced;
  if (name === 'metadata.name' || (name === 'metadata.namespace' && inNamespace)) return name.split('.');
  const path = Object.hasOwn(definition.fieldSelectors, name) ? definition.fieldSelectors[name] : undefined;
  if (path === undefined) throw badRequest(own ? unsupported(resource, name) : unknown(name));
  return path.replace(/^\./, '').split('.');
};

/** Kinds without fields of their own share one wording. */
const unknown = (name: string): string =>
  `${JSON.stringify(name)} is not a known field selector: only "metadata.name", "metadata.namespace"`;

const unsupported = ({ definition, apiVersion }: ServedResource, name: string): string => {
  if (definition.kind === 'Job' && definition.group === 'batch')
    return `field label ${JSON.stringify(name)} not supported for Job`;
  if (definition.kind === 'ResourceSlice' && definition.group === 'resource.k8s.io')
    return `field label not supported for ${apiVersion}, Kind=ResourceSlice: ${name}`;
  return `field label not supported: ${name}`;
};
