import { writePrivateFile } from './private-file.ts';

/** How a client reaches an engine and shows who it is. */
export interface Access {
  /** `https://127.0.0.1:7443`. */
  readonly server: string;
  /** The authority to trust, PEM. */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
}

/** A kubeconfig file (client.authentication, v1 Config) that kubectl and client libraries read. */
export const renderKubeconfig = ({ server, ca, user, token }: Access): string => {
  const authority = Buffer.from(ca).toString('base64');
  return `apiVersion: v1
kind: Config
clusters:
- name: fairlead
  cluster:
    server: ${JSON.stringify(server)}
    certificate-authority-data: ${authority}
users:
- name: ${JSON.stringify(user)}
  user:
    token: ${JSON.stringify(token)}
contexts:
- name: fairlead
  context:
    cluster: fairlead
    user: ${JSON.stringify(user)}
current-context: fairlead
`;
};

/** Writes the kubeconfig as a whole, readable by its owner alone (mode 0600). */
export const writeKubeconfig = (path: string, access: Access): Promise<void> =>
  writePrivateFile(path, renderKubeconfig(access));
