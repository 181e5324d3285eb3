import { FairleadError } from '@fairlead/api/errors';
import { changeApp } from '../../app/change.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { connect } from '../../platform/connect.ts';
import { readVariables, storeVariables } from './variables.ts';

/** `fairlead config set NAME=VALUE…` */
const set: Command = {
  name: 'config set',
  text: 'sets environment variables, as a new release',
  takes: 'NAME=VALUE…',
  options: { app: common.app, namespace: common.namespace, context: common.context },
  run: async (invocation) => {
    const given = invocation.words.map(parseVariable);
    if (given.length === 0) {
      throw new FairleadError('E_ARGUMENT', {
        argument: 'config set',
        reason: 'it needs NAME=VALUE',
        command: 'config set',
      });
    }
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    return await changeApp(invocation, {
      platform,
      name,
      operations: async (app) => {
        const variables = new Map([...(await readVariables(platform.client, app)), ...given]);
        return storeVariables(platform.client, { app, variables, io: invocation.io });
      },
    });
  },
};

export default set;

const parseVariable = (word: string): [string, string] => {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  if (equals < 0 || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new FairleadError('E_CONFIG_NAME', { name });
  return [name, word.slice(equals + 1)];
};
