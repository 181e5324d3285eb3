import type { ResourceDefinition, Subresource } from '../schema/definition.ts';

const WHOLE = ['get', 'patch', 'update'];

/** Those for which there is code; see `subresources.ts`. */
const SERVED = new Set([
  'attach',
  'binding',
  'ephemeralcontainers',
  'eviction',
  'exec',
  'finalize',
  'log',
  'portforward',
  'resize',
  'scale',
  'status',
  'token',
]);

/** The parts of a kind that have addresses of their own and are served, in order of their names. */
export const servedParts = (definition: ResourceDefinition): readonly Subresource[] =>
  partsOf(definition).filter(({ name }) => SERVED.has(name));

/** Known to Kubernetes and not served here: refused by name. */
export const isRefusedPart = (definition: ResourceDefinition, part: string): boolean =>
  partsOf(definition).some(({ name }) => name === part) && !SERVED.has(part);

/** Built-in kinds say which parts they have; a custom resource can have these two. */
const partsOf = (definition: ResourceDefinition): readonly Subresource[] => {
  const { group, kind } = definition;
  const version = definition.versions[0]?.version ?? '';
  return (
    definition.subresources ?? [
      ...(definition.scale === undefined
        ? []
        : [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: WHOLE }]),
      ...(definition.status ? [{ name: 'status', group, version, kind, verbs: WHOLE }] : []),
    ]
  );
};
