import { FairleadError } from '@fairlead/api/errors';
import { changeApp } from '../../app/change.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { connect } from '../../platform/connect.ts';
import { readVariables, storeVariables } from './variables.ts';

/** `fairlead config unset NAME…` */
const unset: Command = {
  name: 'config unset',
  text: 'removes environment variables, as a new release',
  takes: 'NAME…',
  options: { app: common.app, namespace: common.namespace, context: common.context },
  run: async (invocation) => {
    if (invocation.words.length === 0) {
      throw new FairleadError('E_ARGUMENT', {
        argument: 'config unset',
        reason: 'it needs a NAME',
        command: 'config unset',
      });
    }
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    return await changeApp(invocation, {
      platform,
      name,
      operations: async (app) => {
        const known = await readVariables(platform.client, app);
        const variables = new Map([...known].filter(([variable]) => !invocation.words.includes(variable)));
        return storeVariables(platform.client, { app, variables, io: invocation.io });
      },
    });
  },
};

export default unset;
