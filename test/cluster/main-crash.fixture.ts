// Boots a control plane and says what runs; then it waits to be killed.
import { startControlPlane } from './control-plane.ts';

const plane = await startControlPlane();
console.log(JSON.stringify({ pids: plane.pids, kubeconfig: plane.kubeconfig }));
setInterval(() => {}, 60_000);
