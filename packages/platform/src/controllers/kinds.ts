import {
  type App,
  apps as appType,
  type Image,
  images as imageType,
  type Release,
  releases as releaseType,
  type Runtime,
  runtimes as runtimeType,
} from '@fairlead/api';
import { type Kind, kind } from '@fairlead/kube';

export const apps: Kind<App> = kind(appType);
export const images: Kind<Image> = kind(imageType);
export const releases: Kind<Release> = kind(releaseType);
export const runtimes: Kind<Runtime> = kind(runtimeType);
