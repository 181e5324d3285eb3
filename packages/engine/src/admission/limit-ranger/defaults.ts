import type { ResourceList } from '../../quota/amounts.ts';
import type { ResourceRequirements } from '../../quota/pod-amounts.ts';
import type { Container, Pod } from '../pod.ts';
import type { LimitRange } from './constraints.ts';

/** Says in the pod what was filled in. */
const ANNOTATION = 'kubernetes.io/limit-ranger';

/** A pod whose containers have the requests and limits that the range gives to those without. */
export const withDefaultResources = (pod: Pod, range: LimitRange): Pod => {
  const defaults = defaultsOf(range);
  const said: string[] = [];
  const fill = (kind: string) => (container: Container) => {
    const { resources, filled } = withDefaults(container.resources ?? {}, defaults);
    said.push(...filled.map((what) => `${what} for ${kind} ${container.name}`));
    return filled.length === 0 ? container : { ...container, resources };
  };
  const containers = pod.spec.containers.map(fill('container'));
  const initContainers = pod.spec.initContainers?.map(fill('init container'));
  if (said.length === 0) return pod;
  const annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${said.join('; ')}`,
  };
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: { ...pod.spec, containers, ...(initContainers && { initContainers }) },
  };
};

const defaultsOf = ({ spec }: LimitRange): Required<ResourceRequirements> => {
  const items = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  return {
    requests: Object.assign({}, ...items.map(({ defaultRequest }) => defaultRequest)) as ResourceList,
    limits: Object.assign({}, ...items.map((item) => item.default)) as ResourceList,
  };
};

const withDefaults = (
  own: ResourceRequirements,
  defaults: Required<ResourceRequirements>,
): { readonly resources: ResourceRequirements; readonly filled: readonly string[] } => {
  const sides = [
    ['requests', 'request'],
    ['limits', 'limit'],
  ] as const;
  const resources: { requests?: ResourceList; limits?: ResourceList } = { ...own };
  const filled: string[] = [];
  for (const [side, word] of sides) {
    const missing = Object.entries(defaults[side]).filter(([name]) => own[side]?.[name] === undefined);
    if (missing.length === 0) continue;
    resources[side] = { ...own[side], ...Object.fromEntries(missing) };
    filled.push(
      `${missing
        .map(([name]) => name)
        .toSorted()
        .join(', ')} ${word}`,
    );
  }
  return { resources, filled };
};
