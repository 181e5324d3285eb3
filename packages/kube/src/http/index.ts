export * from './connection.ts';
export * from './kubeconfig.ts';
export * from './open-http.ts';
