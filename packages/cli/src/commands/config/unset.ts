import { type Command, common } from '../../command.ts';
import { changeVariables } from './variables.ts';

/** `fairlead config unset NAME…` */
const unset: Command = {
  name: 'config unset',
  text: 'removes environment variables, as a new release',
  takes: 'NAME…',
  options: common,
  run: (invocation) => changeVariables(invocation, { set: new Map(), unset: invocation.words }),
};

export default unset;
