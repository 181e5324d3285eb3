import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import { qualifiedName } from '../../formats.ts';
import type { Rules } from '../../rules.ts';

interface StorageClass extends KubeObject {
  readonly provisioner?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly allowedTopologies?: readonly Topology[];
}

interface Topology {
  readonly matchLabelExpressions?: readonly {
    readonly key?: string;
    readonly values?: readonly string[] | null;
  }[];
}

const MOST_PARAMETERS = 512;
const PARAMETER_BYTES = 256 * 1024;
const POLICIES = ['Delete', 'Retain'];
const MODES = ['Immediate', 'WaitForFirstConsumer'];

const judge = (next: StorageClass, at: Place): void => {
  const { provisioner = '', parameters = {}, reclaimPolicy = '' } = next;
  if (provisioner === '') at.field('provisioner').required();
  else at.field('provisioner').faults(provisioner.toLowerCase(), qualifiedName(provisioner.toLowerCase()));
  judgeParameters(parameters, at.field('parameters'));
  if (reclaimPolicy !== '' && !POLICIES.includes(reclaimPolicy)) {
    at.field('reclaimPolicy').unsupported(reclaimPolicy, POLICIES);
  }
  at.field('volumeBindingMode').oneOf(next.volumeBindingMode, MODES);
  judgeTopologies(next.allowedTopologies ?? [], at.field('allowedTopologies'));
};

const judgeParameters = (parameters: Readonly<Record<string, string>>, at: Place): void => {
  const entries = Object.entries(parameters);
  if (entries.length > MOST_PARAMETERS) return at.tooLong(MOST_PARAMETERS);
  if (Object.hasOwn(parameters, '')) at.invalid('', 'field can not be empty.');
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
  if (bytes > PARAMETER_BYTES) at.tooLong(PARAMETER_BYTES);
};

const judgeTopologies = (topologies: readonly Topology[], at: Place): void => {
  topologies.forEach(({ matchLabelExpressions: expressions = [] }, index) => {
    const here = at.index(index).field('matchLabelExpressions');
    expressions.forEach(({ key = '', values: given }, number) => {
      const values = given ?? [];
      const place = here.index(number);
      if (values.length === 0) place.field('values').required();
      values.forEach((value, position) => {
        if (values.indexOf(value) < position) place.field('values').index(position).duplicate(value);
      });
      place.field('key').faults(key, qualifiedName(key));
      if (expressions.findIndex((one) => (one.key ?? '') === key) < number) place.field('key').duplicate(key);
    });
    if (
      topologies.slice(0, index).some((other) => equalJson(other.matchLabelExpressions ?? [], expressions))
    ) {
      here.duplicate('');
    }
  });
};

const FROZEN = ['parameters', 'provisioner', 'reclaimPolicy'] as const;

const judgeChange = (next: StorageClass, old: StorageClass, at: Place): void => {
  for (const field of FROZEN) {
    if (!equalJson(next[field], old[field])) at.field(field).forbidden(`updates to ${field} are forbidden.`);
  }
  if (next.volumeBindingMode !== old.volumeBindingMode) {
    at.field('volumeBindingMode').invalid(next.volumeBindingMode, 'field is immutable');
  }
};

/** How volumes are made. What has been made of it stays as it was told. */
export const storageClassRules: Rules = {
  complete: true,
  looks: ['whole', 'change'],
  validate(next: StorageClass, old: StorageClass | undefined) {
    const at = new Place();
    judge(next, at);
    if (old !== undefined) judgeChange(next, old, at);
    return at.found;
  },
};
