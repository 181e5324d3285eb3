// Archives that no tar would make.
import { type Headers as TarHeaders, pack } from 'tar-stream';

export interface Entry extends Partial<TarHeaders> {
  readonly name: string;
  readonly content?: string;
}

/** An archive of these entries, ended as it should be. */
export const archive = async (...entries: Entry[]): Promise<Buffer> => {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>));
};

/** The header alone of a file that declares so many bytes. */
export const declaring = async (name: string, size: number): Promise<Buffer> => {
  const whole = await archive({ name, size: 0 });
  const head = Buffer.from(whole.subarray(0, 512));
  // The size, and the checksum made anew, which counts itself as spaces.
  head.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  head.fill(' ', 148, 156);
  const sum = head.reduce((all, byte) => all + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return head;
};
