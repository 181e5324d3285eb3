/** Why an image is not there. `reason` is what the waiting container shows. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly reason: 'InvalidImageName' | 'ErrImagePull' | 'ErrImageNeverPull';

  constructor(reason: ImageError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Shorthand for the usual one. */
export const pullFailed = (message: string): ImageError => new ImageError('ErrImagePull', message);
