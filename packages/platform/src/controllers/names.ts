import { createHash } from 'node:crypto';
import type { ObjectName } from '@fairlead/kube';

// The only place that makes the name of a child. An app's name has 40 characters at most and a
// process's 20, so that every name here stays a DNS label of 63.

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

export const imageName = (app: string, key: string): string => `${app}-${key.slice(0, 12)}`;

export const releaseName = (app: string, version: number): string => `${app}-v${version}`;

export const deploymentName = (app: string, process: string): string => `${app}-${process}`;

export const serviceName = (app: string): string => app;

export const routeName = (app: string, host: string, path: string): string =>
  `${app}-${shortHash(`${host}${path}`)}`;

export const buildSecretName = (image: string): string => `${image}-build`;

/** The host of an app's own address: the namespace is part of it everywhere but in `default`. */
export const hostOf = ({ namespace, name }: ObjectName, domain: string): string =>
  namespace === undefined || namespace === 'default'
    ? `${name}.${domain}`
    : `${name}--${namespace}.${domain}`;
