import { resolve } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { changeApp } from '../../app/change.ts';
import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common, textOption } from '../../command.ts';
import { connect } from '../../platform/connect.ts';
import { packFolder } from '../../source/pack.ts';
import { upload } from '../../source/upload.ts';

/** `fairlead deploy [DIR]`, `fairlead deploy --image REF` */
const deploy: Command = {
  name: 'deploy',
  text: 'deploys a folder, or an image that is built elsewhere',
  takes: '[DIR]',
  options: {
    app: common.app,
    namespace: common.namespace,
    context: common.context,
    runtime: { type: 'string', value: 'NAME', text: 'the runtime; else it is detected' },
    image: { type: 'string', value: 'REF', text: 'an image in place of a folder' },
  },
  run: async (invocation) => {
    const { io, words, options } = invocation;
    const image = textOption(options, 'image');
    if (image !== undefined && words.length > 0) {
      throw new FairleadError('E_ARGUMENT', {
        argument: words.join(' '),
        reason: 'it is a folder or --image, not both',
        command: 'deploy',
      });
    }
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    if (image !== undefined) {
      return await changeApp(invocation, {
        platform,
        name,
        operations: () => [{ op: 'add', path: '/spec/source', value: { image } }],
      });
    }
    await findApp(platform.client, name);
    const runtime = textOption(options, 'runtime');
    await using source = await packFolder(io, resolve(io.cwd, words[0] ?? '.'));
    return await upload(io, {
      platform,
      name,
      tar: source.tar,
      ...(runtime === undefined ? {} : { runtime }),
    });
  },
};

export default deploy;
