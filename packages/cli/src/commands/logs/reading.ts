import { labels } from '@fairlead/api/names';
import type { ObjectName, Pod } from '@fairlead/kube';
import type { Platform } from '../../platform/connect.ts';

/** Whose logs are read, and how much of them. */
export interface Reading {
  readonly platform: Platform;
  readonly name: Required<ObjectName>;
  /** Only copies of this process. */
  readonly process: string | undefined;
  /** The last lines of each copy. */
  readonly tailLines: number;
}

/** The pods that are meant. Those of builds have no process. */
export const scopeOf = ({ name, process }: Reading) => ({
  namespace: name.namespace,
  labelSelector: `${labels.app}=${name.name},${process === undefined ? labels.process : `${labels.process}=${process}`}`,
});

export const labelled = ({ metadata }: Pod, text: string): string => `${metadata.name} | ${text}\n`;
