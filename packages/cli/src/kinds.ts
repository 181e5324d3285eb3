import type { App, Release } from '@fairlead/api';
import { apps as appType, releases as releaseType } from '@fairlead/api/names';
import { type Kind, kind } from '@fairlead/kube';

export const apps: Kind<App> = kind(appType);
export const releases: Kind<Release> = kind(releaseType);
