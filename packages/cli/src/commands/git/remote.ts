import { FairleadError } from '@fairlead/api/errors';
import { findApp } from '../../app/find.ts';
import { checkName, folderName } from '../../app/name.ts';
import { type Command, common, textOption } from '../../command.ts';
import { hasRepository, remoteName, remoteUrl, setRemote } from '../../git/remote.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';

/** `fairlead git remote` */
const remote: Command = {
  name: 'git remote',
  text: 'makes the git remote fairlead of this repository lead to an app that exists',
  options: {
    app: { ...common.app, text: "the app; else the folder's name" },
    namespace: common.namespace,
    context: common.context,
  },
  run: async (invocation) => {
    const { io, options } = invocation;
    await using platform = await connect(invocation);
    const given = textOption(options, 'app');
    const name = {
      namespace: platform.namespace,
      name: given === undefined ? folderName(io.cwd) : checkName(given),
    };
    await findApp(platform.client, name);
    const { url } = platform.context;
    if (!(await hasRepository(io)) || !(await setRemote(io, url, name)))
      throw new FairleadError('E_NO_REPOSITORY', { folder: io.cwd });
    io.out(`the git remote ${remoteName} leads to ${remoteUrl(url, name)}\n`);
    return exitStatus.ok;
  },
};

export default remote;
