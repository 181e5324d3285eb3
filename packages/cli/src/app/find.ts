import type { App } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import type { Client, ObjectName } from '@fairlead/kube';
import { apps } from '../kinds.ts';

/** The app. Throws E_APP_NOT_FOUND. */
export const findApp = async (client: Client, name: Required<ObjectName>): Promise<App> => {
  const app = await client.resource(apps).find(name);
  if (app === undefined)
    throw new FairleadError('E_APP_NOT_FOUND', { app: name.name, namespace: name.namespace });
  return app;
};
