import { text } from 'node:stream/consumers';
import { loadKubeconfig } from '@fairlead/kube/http';
import type { Command } from '../../command.ts';
import { allContexts } from '../../contexts/contexts.ts';
import { exitStatus } from '../../run.ts';

/** What git runs to learn the token of a platform (git, gitcredentials). The token is in no file of git's and in no URL. */
const credential: Command = {
  name: 'credential',
  text: 'answers git when it asks who pushes',
  takes: 'get',
  hidden: true,
  run: async ({ io, words }) => {
    // Git also tells a helper what to store or erase; there is nothing of that kind here.
    if (words[0] !== 'get') return exitStatus.ok;
    const asked = parseRequest(await text(io.input));
    const contexts = await allContexts(io);
    const context = contexts.find(
      ({ url }) => url === `${asked.get('protocol') ?? ''}://${asked.get('host') ?? ''}`,
    );
    if (context === undefined) return exitStatus.ok;
    const { token } = await loadKubeconfig(context.kubeconfig);
    if (token !== undefined) io.out(`username=fairlead\npassword=${token}\n`);
    return exitStatus.ok;
  },
};

export default credential;

const parseRequest = (request: string): ReadonlyMap<string, string> =>
  new Map(
    request.split('\n').map((line): [string, string] => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
