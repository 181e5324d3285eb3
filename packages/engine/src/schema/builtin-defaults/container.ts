import { type Edit, fill } from './edit.ts';

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
/** `host:5000/team/app:tag@sha256:…` (distribution/reference). */
const REFERENCE = new RegExp(
  `^(?<name>(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>${DIGEST}))?$`,
);
const BARE_ID = /^[a-f0-9]{64}$/;

/** An image that may change under its name is pulled each time. What cannot be read is left to validation. */
export function pullPolicy(image: unknown): 'Always' | 'IfNotPresent' {
  const { name, tag, digest } = REFERENCE.exec(typeof image === 'string' ? image : '')?.groups ?? {};
  if (name === undefined || BARE_ID.test(name)) return 'IfNotPresent';
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

export const container: Edit = fill('imagePullPolicy', ({ image }) => pullPolicy(image));

const isSource = (name: string): boolean => name !== 'name';

/** A volume that says nothing of where it comes from is an empty folder. */
export const volume: Edit = (volume) =>
  Object.keys(volume).some((name) => isSource(name) && volume[name] !== null)
    ? volume
    : { ...volume, emptyDir: {} };
