import type { Place } from '../../../schema/place.ts';
import { type FieldRef, judgeFieldRef, judgeResourceFieldRef, type ResourceFieldRef } from './env.ts';
import { judgeFilePath, judgeMode } from './paths.ts';

/** A key of an object that becomes a file. */
export interface KeyToPath {
  readonly key?: string;
  readonly path?: string;
  readonly mode?: number;
}

export interface ConfigMapSource {
  readonly name?: string;
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
}

/** Something that a pod knows of itself, as a file. */
export interface DownwardFile {
  readonly path?: string;
  readonly fieldRef?: FieldRef;
  readonly resourceFieldRef?: ResourceFieldRef;
  readonly mode?: number;
}

export interface DownwardApi {
  readonly defaultMode?: number;
  readonly items?: readonly DownwardFile[];
}

export const judgeConfigMap = ({ name = '', defaultMode, items = [] }: ConfigMapSource, at: Place): void => {
  if (name === '') at.field('name').required();
  judgeMode(defaultMode, at.field('defaultMode'));
  items.forEach((item, index) => judgeKeyToPath(item, at.field('items').index(index)));
};

export const judgeKeyToPath = ({ key = '', path = '', mode }: KeyToPath, at: Place): void => {
  if (key === '') at.field('key').required();
  if (path === '') at.field('path').required();
  judgeFilePath(path, at.field('path'));
  judgeMode(mode, at.field('mode'));
};

export const judgeDownwardApi = ({ defaultMode, items = [] }: DownwardApi, at: Place): void => {
  judgeMode(defaultMode, at.field('defaultMode'));
  // Kubernetes leaves the item's number out of the path.
  for (const item of items) judgeDownwardFile(item, at);
};

const FILE_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

export const judgeDownwardFile = (
  { path = '', fieldRef, resourceFieldRef, mode }: DownwardFile,
  at: Place,
): void => {
  if (path === '') at.field('path').required();
  judgeFilePath(path, at.field('path'));
  if (fieldRef) {
    judgeFieldRef(fieldRef, FILE_FIELDS, at.field('fieldRef'));
    if (resourceFieldRef) {
      at.invalid('resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    }
  } else if (resourceFieldRef) judgeResourceFieldRef(resourceFieldRef, at.field('resourceFieldRef'), true);
  else at.required('one of fieldRef and resourceFieldRef is required');
  judgeMode(mode, at.field('mode'));
};
