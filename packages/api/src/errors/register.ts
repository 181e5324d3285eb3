/** One entry of the register. Texts may name details in braces; `solve` ends in something to do. */
export interface ErrorEntry {
  /** `user`: the person can mend it. `system`: the machine or the platform must. */
  readonly fault: 'user' | 'system';
  readonly what: string;
  readonly why: string;
  readonly solve: string;
}

const user = (what: string, why: string, solve: string): ErrorEntry => ({ fault: 'user', what, why, solve });
const system = (what: string, why: string, solve: string): ErrorEntry => ({
  fault: 'system',
  what,
  why,
  solve,
});

/** Every error that a person may meet. `docs/errors.md` is rendered from it. */
export const register = {
  E_APP_NAME: user(
    '"{name}" cannot be the name of an app',
    'a name is part of an address: 1 to 40 lower-case letters, digits and single dashes, starting with a letter, no dash at the end',
    'choose another one, for example:  fairlead create {suggestion}',
  ),
  E_APP_NOT_FOUND: user(
    'there is no app {app} in the namespace {namespace}',
    'it was never created, it was destroyed, or it is in another namespace',
    'see what there is with  fairlead apps  or make it with  fairlead create {app}',
  ),
  E_APP_EXISTS: user(
    'the app {app} exists already in the namespace {namespace}',
    'names are given once in a namespace',
    'choose another name, or push to this one:  fairlead git remote --app {app}',
  ),
  E_APP_STILL_THERE: user(
    '{app} was not destroyed',
    'its name was not confirmed',
    'confirm it:  fairlead destroy --app {app} --confirm {app}',
  ),
  E_APP_UNNAMED: user(
    'no app was named',
    'there is no --app, the folder has no git remote called fairlead, and its name cannot be the name of an app',
    'name it:  --app NAME',
  ),
  E_ARGUMENT: user('{argument} is not understood', '{reason}', 'see  fairlead help {command}'),
  E_API_UNREACHABLE: system(
    'the platform at {url} does not answer',
    '{reason}',
    'start it with  fairlead up  or choose another one with  --context NAME',
  ),
  E_API_FAILED: system(
    'the platform failed',
    '{reason}',
    'try again; if it stays, look into logs/control-plane.log in the data folder',
  ),
  E_API_REFUSED: user('{what}', '{reason}', 'mend the request and try again'),
  E_BUILD_FAILED: user(
    '{app} could not be built',
    'the step {step} ended with exit code {exitCode}:\n{log}',
    'mend what the log shows and push again; the last good release keeps serving',
  ),
  E_BUILD_LOST: system(
    '{app} was built, but its image is not in the registry',
    'the build {job} ended well and left nothing behind',
    'push again; if it stays, see  kubectl logs job/{job} --all-containers',
  ),
  E_BUILD_NO_PROCESS: user(
    '{app} has nothing to start',
    'the source has no Procfile, and none of the files that the runtime {runtime} starts by itself: {files}',
    'add a file called Procfile with a line like  web: python3 server.py',
  ),
  E_BUILD_NO_RUNTIME: user(
    '{app} cannot be built',
    'the source has none of the files that a runtime looks for: {files}',
    'add one of them at the top of the source, or name a runtime:  fairlead deploy --runtime python',
  ),
  E_BUILD_STUCK: system(
    '{app} cannot be built',
    'the step {step} does not start: {reason}',
    'mend that and push again; see more with  kubectl describe pods -l fairlead.dev/image={image}',
  ),
  E_BUILD_TIMEOUT: user(
    '{app} was not built within {seconds} seconds',
    'the step {step} still ran; its last lines:\n{log}',
    'make the build shorter, or give it more time in spec.timeouts.build',
  ),
  E_BUILD_TOOL_MISSING: system(
    '{app} cannot be built on this machine',
    '{tool} is not there',
    'install it:  {install}',
  ),
  E_BUILD_UNKNOWN_RUNTIME: user(
    'there is no runtime {runtime}',
    'the runtimes of this platform are: {runtimes}',
    'choose one of them, or leave it out so that it is detected',
  ),
  E_CONFIG_LARGE: user(
    '{name} is too large',
    '{size} bytes; {limit} are allowed {where}',
    'keep it in a file of the source or in a store, and set its address',
  ),
  E_CONFIG_LOST: user(
    'the values of {names} are gone',
    'the Secret that held them was deleted by other means',
    'set them anew:  fairlead config set --app {app} NAME=value',
  ),
  E_CONFIG_NAME: user(
    '"{name}" cannot be the name of a variable',
    'names have letters, digits and underscores, and do not start with a digit',
    'rename it:  fairlead config set NAME=value',
  ),
  E_CONFIG_NOT_FOUND: user(
    '{app} has no variable {name}',
    'its variables are: {names}',
    'see them with  fairlead config --app {app}',
  ),
  E_CONFIG_RESERVED: user(
    '{name} is not yours to set',
    'the platform tells each copy in it where to listen',
    'read it in the app, and take another name for what you want to say',
  ),
  E_CONFIG_VALUE: user(
    'the value of {name} cannot be handed to a process',
    'it holds a zero byte',
    'encode it, for example as base64, and decode it in the app',
  ),
  E_CONTEXT_NOT_FOUND: user(
    'there is no context {context}',
    'the contexts known here are: {contexts}',
    'start a platform with  fairlead up  or choose one of them with  --context NAME',
  ),
  E_COPIES_NOT_READY: user(
    '{ready} of {wanted} copies of {app} are ready',
    '{reason}',
    'see what they say with  fairlead logs --app {app}',
  ),
  E_DATA_LOCKED: user(
    'the data folder {folder} is in use',
    'another one runs on it',
    'stop the other one, or use another folder:  fairlead {command} --data DIR',
  ),
  E_COPY_FAILED: user(
    '{what} failed',
    '{reason}',
    'mend that and try again; nothing was changed:  fairlead {command} --help',
  ),
  E_DATA_UNUSABLE: system(
    'the data folder {folder} cannot be used',
    '{reason}',
    'mend that, or use another folder:  fairlead {command} --data DIR',
  ),
  E_ENDPOINT_NOT_FOUND: user(
    'there is nothing at {path}',
    'the gateway has no such endpoint, or not for this method',
    'see what the platform offers with  fairlead --help',
  ),
  E_FOLDER: user(
    '{folder} cannot be deployed',
    '{reason}',
    'name the folder of the app:  fairlead deploy DIR',
  ),
  E_HOME_UNUSABLE: user(
    '{path}, where the command line keeps its contexts, cannot be used',
    '{reason}',
    'mend or remove it, or name another folder in the variable FAIRLEAD_HOME',
  ),
  E_KUBECONFIG: user(
    'the kubeconfig of the context cannot be used',
    '{reason}',
    'start the platform with  fairlead up  which writes it, or choose another context with  --context NAME',
  ),
  E_LISTEN: system(
    'cannot listen on {address}',
    '{reason}',
    'stop what uses it, or choose another address:  {option} HOST:PORT',
  ),
  E_NAMESPACE_NOT_FOUND: user(
    'there is no namespace {namespace}',
    'an app lives in a namespace, and nobody has made this one',
    'make it:  kubectl create namespace {namespace}',
  ),
  E_NO_REPOSITORY: user(
    'there is no git repository here',
    '{folder} is in none, or git is not installed',
    'make one with  git init  or deploy without:  fairlead deploy',
  ),
  E_PART_FAILED: system('the {part} does not start', '{reason}', 'see what it said in {log}'),
  E_PROCFILE: user(
    'the Procfile of {app} is not understood',
    'line {line}: {reason}',
    'write one process on each line, for example  web: python3 server.py',
  ),
  E_PROCESS_NAME: user(
    '{process} cannot be the name of a process of {app}',
    'it is a part of other names: 1 to 20 lower-case letters, digits and dashes, starting with a letter, no dash at the end',
    'rename it, for example to  worker',
  ),
  E_PROCESS_NOT_FOUND: user(
    '{app} has no process {process}',
    'its processes are {processes}',
    'declare it in the Procfile and deploy, or choose one of them',
  ),
  E_PUSH_BRANCH: user(
    'nothing was deployed',
    'only main or master is deployed; pushed was {refs}',
    'push the branch that is to run:  git push fairlead HEAD:main',
  ),
  E_PUSH_BUSY: user(
    'another push to {app} is under way',
    'an app deploys one push at a time, and a push is taken when its deploy has ended',
    'wait until it has ended, then push again; see how far it is with  fairlead info --app {app}',
  ),
  E_PUSH_REFS: user(
    'the push cannot be read',
    '{reason}',
    'push one branch by its name:  git push fairlead HEAD:main',
  ),
  E_PUSH_STALE: user(
    'nothing was deployed',
    '{ref} has moved since this push began: another one was taken meanwhile',
    'take in what is there and push again:  git pull fairlead main',
  ),
  E_RELEASE_CRASHED: user(
    'v{version} of {app} does not stay up',
    'the process {process} ended with exit code {exitCode}; its last lines:\n{log}',
    'mend it and deploy again; see more with  fairlead logs --app {app}',
  ),
  E_RELEASE_NOT_FOUND: user(
    '{app} has no release v{version}',
    'its releases are {releases}',
    'choose one of them:  fairlead rollback vN',
  ),
  E_RELEASE_NOT_LISTENING: user(
    'v{version} of {app} does not answer',
    'no copy of the process {process} became ready within {seconds} seconds; the last probe said: {probe}; its last lines:\n{log}',
    'listen on the port that the variable PORT names, on all addresses (0.0.0.0)',
  ),
  E_RELEASE_REFUSED: user(
    'v{version} of {app} is not taken by Kubernetes',
    '{reason}',
    'mend the App: what it says of its processes, their resources and its routes is handed on as it is',
  ),
  E_RELEASE_STALLED: system(
    'v{version} of {app} makes no progress',
    '{reason}',
    'see  fairlead ps --app {app}  and  kubectl describe pods -l fairlead.dev/app={app}',
  ),
  E_ROLLBACK_FAILED: user(
    '{app} cannot go back to v{version}',
    'v{version} failed and never served: {reason}',
    'choose one that did; see  fairlead releases --app {app}',
  ),
  E_ROLLBACK_FIRST: user(
    '{app} cannot go back to v{version}',
    'v{version} has no image: it is the creation of the app',
    'choose a later one; see  fairlead releases --app {app}',
  ),
  E_ROLLBACK_NOTHING: user(
    '{app} has nothing to go back to',
    'no release before v{version} has served with an image',
    'see what there is with  fairlead releases --app {app}',
  ),
  E_ROUTE_NO_ANSWER: system(
    'the app did not answer (502)',
    'its copy cut the connection, or sent what is no HTTP',
    'see what it says with  fairlead logs --app NAME',
  ),
  E_ROUTE_NO_COPY: system(
    'the app has no copy that is ready (503)',
    'it is stopped, starts, or its copies fail their checks',
    'see why with  fairlead info --app NAME  and  fairlead ps --app NAME',
  ),
  E_ROUTE_NOT_FOUND: user(
    'no app answers at {host}',
    'no route has this host name',
    'see the addresses with  fairlead apps',
  ),
  E_ROUTE_REQUEST: user(
    'the request cannot be passed on (400, 501, 505)',
    'two readers could understand it in two ways: its version, its host or the length of its body',
    'send HTTP/1.1 with one Host and either a Content-Length or Transfer-Encoding: chunked',
  ),
  E_SOURCE_TOO_LARGE: user(
    'the source is too large',
    '{size} bytes; {limit} are allowed {where}',
    '{advice}',
  ),
  E_SOURCE_UNSAFE: user(
    'the source cannot be taken',
    '{path}: {reason}',
    'remove it from the source and try again',
  ),
  E_UNAUTHORIZED: user(
    'who you are is not known',
    'the token is missing, wrong or expired',
    'use the context that fairlead up wrote:  fairlead --context local …',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof register;
