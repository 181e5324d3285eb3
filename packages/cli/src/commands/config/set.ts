import { FairleadError } from '@fairlead/api/errors';
import { type Command, common } from '../../command.ts';
import { changeVariables } from './variables.ts';

/** `fairlead config set NAME=VALUE…` */
const set: Command = {
  name: 'config set',
  text: 'sets environment variables, as a new release',
  takes: 'NAME=VALUE…',
  options: common,
  run: (invocation) =>
    changeVariables(invocation, { set: new Map(invocation.words.map(parseVariable)), unset: [] }),
};

export default set;

const parseVariable = (word: string): [string, string] => {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new FairleadError('E_CONFIG_NAME', { name: JSON.stringify(name).slice(1, -1) });
  if (name === 'PORT') throw new FairleadError('E_CONFIG_RESERVED', { name });
  if (equals >= 0) return [name, word.slice(equals + 1)];
  throw new FairleadError('E_ARGUMENT', {
    argument: name,
    reason: `it has no value; set it as  ${name}=VALUE  or remove it with  fairlead config unset ${name}`,
    command: 'config set',
  });
};
