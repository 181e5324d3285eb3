import { createHash } from 'node:crypto';
import type { Image } from '@fairlead/api';
import type { ObjectName } from '@fairlead/kube';

// The only place that makes the name of a child. An app's name has 40 characters at most and a
// process's 20, so that every name here stays a DNS label of 63.

const shortHash = (text: string, length = 8): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

export const imageName = (app: string, key: string): string => `${app}-${key.slice(0, 12)}`;

export const releaseName = (app: string, version: number): string => `${app}-v${version}`;

export const deploymentName = (app: string, process: string): string => `${app}-${process}`;

export const serviceName = (app: string): string => app;

export const routeName = (app: string, host: string, path: string): string =>
  `${app}-${shortHash(`${host}${path}`)}`;

/**
 * The Job of a build and its Secret. An Image that is built again after a failure is another object of
 * the same name; the Job of the one before may still be on its way out.
 */
export const buildName = ({ metadata }: Image): string =>
  `${metadata.name}-${shortHash(metadata.uid ?? '', 5)}`;

/** The host of an app's own address: the namespace is part of it everywhere but in `default`. */
export const hostOf = ({ namespace, name }: ObjectName, domain: string): string => {
  const label = namespace === undefined || namespace === 'default' ? name : `${name}--${namespace}`;
  return `${label.length <= 63 ? label : `${label.slice(0, 54)}-${shortHash(label)}`}.${domain}`;
};
