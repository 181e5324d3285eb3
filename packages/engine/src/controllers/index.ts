import { type Cache, type Controller, createRecorder, type Pass, type Recorder } from '@fairlead/kube';
import { startClusterRoleAggregation } from './clusterrole/controller.ts';
import { startCronJobController } from './cronjob/controller.ts';
import { startDaemonSetController } from './daemonset/controller.ts';
import { startDeploymentController } from './deployment/controller.ts';
import { startDisruptionControllers } from './disruption/controller.ts';
import { startEndpointsController } from './endpoints/controller.ts';
import { startEndpointSliceController } from './endpointslice/controller.ts';
import { startEndpointSliceMirroring } from './endpointslicemirroring/controller.ts';
import { startGarbageCollector } from './gc/controller.ts';
import { openInventory } from './inventory/inventory.ts';
import { startJobController } from './job/controller.ts';
import { startNamespaceController } from './namespace/controller.ts';
import { startNodeLifecycle } from './nodelifecycle/controller.ts';
import type { Patience } from './nodelifecycle/signs.ts';
import { startVolumeBinder } from './persistentvolume/controller.ts';
import { startPodAutoscaler } from './podautoscaler/controller.ts';
import { startPodGarbageCollector } from './podgc/controller.ts';
import { startStorageProtection } from './protection/controller.ts';
import { startReplicaSetController, startReplicationControllerController } from './replicaset/controller.ts';
import { startResourceQuotaController } from './resourcequota/controller.ts';
import { startRootCaPublisher } from './rootca/controller.ts';
import { startServiceAccountController } from './serviceaccount/controller.ts';
import type { StartOptions } from './start.ts';
import { startStatefulSetController } from './statefulset/controller.ts';
import { startTaintEviction } from './tainteviction/controller.ts';
import { startTtlController } from './ttl/controller.ts';

export interface ControllersOptions {
  /** Where objects come from; the controllers write through its client. */
  readonly cache: Cache;
  /** The certificate that pods are to know the API server by, PEM; nothing is published without one. */
  readonly rootCa?: string | undefined;
  /** How long nodes may be silent before nothing is known of them; as in Kubernetes unless told. */
  readonly nodePatience?: Patience | undefined;
  /** Told of each pass's end, failed ones too: the place for logs and metrics. */
  readonly onPass?: (pass: Pass) => void;
}

/** The built-in controllers at work. */
export interface Controllers extends AsyncDisposable {
  readonly controllers: readonly Controller[];
  /** Everything they watch has been listed once. */
  readonly ready: Promise<void>;
  /** Ends them, the last started first. The cache stays open: it is the caller's. */
  close(): Promise<void>;
}

/**
 * Starts Kubernetes' own controllers on a cache: those of the workloads and their sizes, of Services' endpoints,
 * of what is left over, and of what belongs to every namespace. They know only the API, so they run against any.
 */
export function startControllers({ cache, rootCa, nodePatience, onPass }: ControllersOptions): Controllers {
  const options: StartOptions = { cache, onPass, recorder: recorders(cache) };
  const inventory = openInventory(cache);
  const controllers = [
    startServiceAccountController(options),
    ...(rootCa === undefined ? [] : [startRootCaPublisher(options, rootCa)]),
    startClusterRoleAggregation(options),
    startResourceQuotaController(options, inventory),
    startNamespaceController(options, inventory),
    startGarbageCollector(options, inventory),
    startPodGarbageCollector(options),
    startNodeLifecycle(options, nodePatience),
    startTaintEviction(options),
    startEndpointSliceController(options),
    startEndpointsController(options),
    startEndpointSliceMirroring(options),
    ...startStorageProtection(options),
    ...startVolumeBinder(options),
    ...startDisruptionControllers(options),
    startPodAutoscaler(options),
    startJobController(options),
    startTtlController(options),
    startCronJobController(options),
    startStatefulSetController(options),
    startDaemonSetController(options),
    startReplicaSetController(options),
    startReplicationControllerController(options),
    startDeploymentController(options),
  ];
  const close = async (): Promise<void> => {
    for (const controller of controllers.toReversed()) await controller.close();
    await inventory.close();
  };
  const ready = allReady(controllers);
  ready.catch(() => {}); // Nobody need wait for it, and closing before is no error.
  return { controllers, ready, close, [Symbol.asyncDispose]: close };
}

async function allReady(controllers: readonly Controller[]): Promise<void> {
  await Promise.all(controllers.map(({ ready }) => ready));
}

/** One recorder per component, made when it first speaks. */
export function recorders({ client, clock }: Cache): (component: string) => Recorder {
  const made = new Map<string, Recorder>();
  return (component) => {
    const recorder = made.get(component) ?? createRecorder({ client, clock, component });
    made.set(component, recorder);
    return recorder;
  };
}
