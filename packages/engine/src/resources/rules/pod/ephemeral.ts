import type { KubeObject } from '@fairlead/kube';
import { type FieldError, forbidden } from '../../../schema/field-error.ts';
import { equalJson } from '../../../schema/json.ts';
import type { Place } from '../../../schema/place.ts';
import { printedDiff } from '../printed.ts';
import type { Pod } from './pod.ts';

import { metadataOfPart } from './resize.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** Of a pod that is sent to get containers for debugging nothing but those is taken. */
export const takeEphemeral = (sent: Pod, old: Pod): KubeObject =>
  ({
    ...old,
    metadata: metadataOfPart(sent, old),
    spec: { ...old.spec, ephemeralContainers: sent.spec?.ephemeralContainers },
  }) as KubeObject;

/** They come and never go (Kubernetes' ValidatePodEphemeralContainersUpdate). */
export const judgeEphemeralChange = (next: Pod, old: Pod, at: Place): readonly FieldError[] => {
  if (old.metadata.annotations?.[MIRROR] !== undefined) {
    return [forbidden('', 'static pods do not support ephemeral containers')];
  }
  const here = at.field('ephemeralContainers');
  for (const container of old.spec?.ephemeralContainers ?? []) {
    const name = JSON.stringify(container.name ?? '');
    const later = (next.spec?.ephemeralContainers ?? []).find((one) => one.name === container.name);
    if (later === undefined) here.forbidden(`existing ephemeral containers ${name} may not be removed\n`);
    else if (!equalJson(later, container)) {
      const diff = printedDiff('core.EphemeralContainer', container, later);
      here.forbidden(`existing ephemeral containers ${name} may not be changed\n${diff}`);
    }
  }
  return at.found;
};
