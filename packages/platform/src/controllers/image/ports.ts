import type { Image } from '@fairlead/api';

/** What a build came to. */
export interface BuiltImage {
  readonly digest: string;
  /** Where nodes pull it from, by digest. */
  readonly reference: string;
  readonly processes: Readonly<Record<string, { readonly command: string[] }>>;
}

/** One step of a build Job, as a container that shares the folder `work` with the others. */
export interface BuildStep {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly workingDir: string;
  /** Whether it talks to the registry. The user's own code runs in steps that do not, and gets no credential. */
  readonly registry: boolean;
}

/** What the image controller needs of the builder. Errors of the register are the user's. */
export interface ImagePorts {
  /** The result, when the registry has it already. */
  find(image: Image): Promise<BuiltImage | undefined>;
  /** Puts known layers together, without a container; undefined when a layer must be built first. */
  compose(image: Image): Promise<BuiltImage | undefined>;
  /** The steps that build it; the last one pushes the result. */
  steps(image: Image): Promise<readonly BuildStep[]>;
  /** A credential that may push to the image's repository, for so many seconds. */
  credential(image: Image, seconds: number): Promise<string>;
}
