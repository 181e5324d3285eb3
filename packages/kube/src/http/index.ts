export * from './connection.ts';
export * from './in-cluster.ts';
export * from './kubeconfig.ts';
export { KubeconfigError } from './kubeconfig-file.ts';
export * from './open-http.ts';
