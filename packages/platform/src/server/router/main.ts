// The router as a process of its own. It goes on serving when the command or the API is away.
import '@fairlead/kube/lean-http';
import { systemClock, systemRandom } from '@fairlead/kube/clock';
import type { Connection } from '@fairlead/kube/http';
import type { RouterStart } from '../../router/index.ts';
import { runPart } from '../part.ts';

type Options = Pick<RouterStart, 'listen' | 'gateway' | 'control'> & { readonly api: Connection };

const loading = Promise.all([import('@fairlead/kube/http'), import('../../router/index.ts')]);

await runPart(async (told) => {
  const { api, ...options } = told as Options;
  const [{ openHttp }, { startRouter }] = await loading;
  const http = openHttp(api);
  const { transport } = http;
  const router = await startRouter({ ...options, transport, clock: systemClock, random: systemRandom });
  return {
    close: async () => {
      await router.close();
      await http.close();
    },
  };
});
