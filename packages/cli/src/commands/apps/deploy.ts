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
    ...common,
    runtime: { type: 'string', value: 'NAME', text: 'the runtime; else it is detected' },
    image: { type: 'string', value: 'REF', text: 'an image in place of a folder' },
  },
  run: async (invocation) => {
    const { io, words, options } = invocation;
    const image = textOption(options, 'image');
    const runtime = textOption(options, 'runtime');
    checkTogether({ image, folder: words[0], runtime });
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    if (image !== undefined) {
      const decide = () => ({
        operations: [{ op: 'add', path: '/spec/source', value: { image } } as const],
      });
      return await changeApp(invocation, { platform, name, changed: 'source', decide });
    }
    await findApp(platform.client, name);
    await using source = await packFolder(io, resolve(io.cwd, words[0] ?? '.'));
    return await upload(invocation, {
      platform,
      name,
      source,
      ...(runtime === undefined ? {} : { runtime }),
    });
  },
};

export default deploy;

interface Given {
  readonly image: string | undefined;
  readonly folder: string | undefined;
  readonly runtime: string | undefined;
}

const checkTogether = ({ image, folder, runtime }: Given): void => {
  const misused = (argument: string, reason: string): FairleadError =>
    new FairleadError('E_ARGUMENT', { argument, reason, command: 'deploy' });
  if (image === '') throw misused('--image', 'it needs a reference');
  if (runtime === '') throw misused('--runtime', 'it needs a name');
  if (image === undefined) return;
  if (folder !== undefined) throw misused(folder, 'it is a folder or --image, not both');
  if (runtime !== undefined) throw misused('--runtime', 'an image is built already');
};
