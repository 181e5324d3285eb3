import type { KubeObject } from '@fairlead/kube';
import { Place } from '../../schema/place.ts';
import type { Rules } from '../rules.ts';
import { bytesOf, DATA_LIMIT, type Entries, judgeImmutable, judgeKeys } from './data.ts';

interface ConfigMap extends KubeObject {
  readonly data?: Entries;
  readonly binaryData?: Entries;
}

const judge = ({ data = {}, binaryData }: ConfigMap, at: Place): void => {
  judgeKeys(data, at.field('data'));
  for (const key in binaryData) {
    if (!Object.hasOwn(data, key)) continue;
    at.field('data').key(key).invalid(key, 'duplicate of key present in binaryData');
  }
  judgeKeys(binaryData, at.field('binaryData'));
  // Kubernetes means the whole object, and writes an index of nothing.
  if (bytesOf(data, 'utf8') + bytesOf(binaryData, 'base64') > DATA_LIMIT) at.key('').tooLong(DATA_LIMIT);
};

/** Keys are names of files, and a ConfigMap that says so never changes again. */
export const configMapRules: Rules = {
  complete: true,
  looks: ['change', 'whole'],
  validate(next: ConfigMap, old: ConfigMap | undefined) {
    const at = new Place();
    if (old !== undefined) judgeImmutable({ next, old, fields: ['data', 'binaryData'] }, at);
    judge(next, at);
    return at.found;
  },
};
