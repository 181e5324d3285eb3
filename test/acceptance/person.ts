import { createClient } from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { type Person, type Seen, type } from '../../packages/cli/src/person.fixture.ts';
import type { Platform } from './platform.ts';

/** Commands as a person types them, run in this process: starting one would take longer than most of them do. */
export interface Terminal {
  fairlead(cwd: string, ...words: string[]): Promise<Seen>;
  /** With answers, or with a signal that stands for Ctrl-C. */
  with(given: Partial<Person>): Terminal;
}

export const openTerminal = (platform: Pick<Platform, 'env'>, given: Partial<Person> = {}): Terminal => ({
  fairlead: (cwd, ...words) => type({ env: platform.env, ...given, cwd }, ...words),
  with: (more) => openTerminal(platform, { ...given, ...more }),
});

/** A client of the platform's API, as its administrator. */
export const openClient = async ({ kubeconfig }: Pick<Platform, 'kubeconfig'>) => {
  const http = openHttp(await loadKubeconfig(kubeconfig));
  const client = createClient(http.transport, { fieldManager: 'somebody' });
  return { client, [Symbol.asyncDispose]: () => http.close() };
};
