// Imported for what it does, by the main module of a process, before anything that imports `node:http`.
//
// An import of a module of Node's reads every name that it offers, and three of `node:http` load the whole of Node's
// fetch and WebSocket when they are read: 50 ms of each start, in every process. Nobody here takes them from there.
import { createRequire } from 'node:module';

const http = createRequire(import.meta.url)('node:http') as object;
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) Reflect.deleteProperty(http, name);
