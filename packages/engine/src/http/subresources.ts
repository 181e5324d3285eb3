import type { ServedResource } from '../resources/registry.ts';
import { VERBS } from './access.ts';
import type { Verb } from './api.ts';
import { bind } from './binding.ts';
import { notServed } from './errors.ts';
import { evict } from './eviction.ts';
import { get } from './get.ts';
import { log } from './log.ts';
import { isRefusedPart, servedParts } from './parts.ts';
import { patch } from './patch.ts';
import { getScale, patchScale, updateScale } from './scale.ts';
import { openStream } from './stream.ts';
import { createToken } from './token-request.ts';
import { update } from './update.ts';

/** What serves a part of an object, by verb. Which kind has which part is said in `parts.ts`. */
const SERVED: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  attach: { get: openStream('attach'), create: openStream('attach') },
  binding: { create: bind },
  ephemeralcontainers: { get, update, patch },
  eviction: { create: evict },
  exec: { get: openStream('exec'), create: openStream('exec') },
  finalize: { update },
  log: { get: log },
  portforward: { get: openStream('portForward'), create: openStream('portForward') },
  resize: { get, update, patch },
  token: { create: createToken },
  scale: { get: getScale, update: updateScale, patch: patchScale },
  status: { get, update, patch },
};

/** Undefined: this kind has no such part. */
export const subresourceVerb = (
  { definition }: ServedResource,
  part: string,
  { method, refuse }: { readonly method: string; readonly refuse: () => Error },
): Verb | undefined => {
  const verb = VERBS[method] ?? method.toLowerCase();
  if (isRefusedPart(definition, part)) {
    return () => Promise.reject(notServed(`${definition.resource}/${part}`));
  }
  if (!servedParts(definition).some(({ name }) => name === part)) return undefined;
  const run = SERVED[part]?.[verb];
  if (run === undefined) throw refuse();
  return run;
};
