import { type App, labels } from '@fairlead/api';
import { controllerOf, isControlledBy, type KubeObject } from '@fairlead/kube';

/**
 * Whether an object is left of an app of the same name that was destroyed. It is being collected, and
 * until then nothing of its name can be made.
 */
export const isLeftover = (object: KubeObject, app: App): boolean =>
  object.metadata.labels?.[labels.app] === app.metadata.name &&
  (object.metadata.namespace ?? 'default') === (app.metadata.namespace ?? 'default') &&
  controllerOf(object)?.kind === app.kind &&
  !isControlledBy(object, app);
