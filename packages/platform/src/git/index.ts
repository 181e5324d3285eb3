export type { GitPorts, PushedCommit, RepositoryName } from './ports.ts';
export { openRepositories, type Repositories } from './repository.ts';
export { createGit, type RunGit } from './run.ts';
export { createGitServer } from './server.ts';
