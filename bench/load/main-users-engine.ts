// An engine of several users in a process of its own; tells its parent how each of them comes in, and ends with it.
import { startEngine } from '../../packages/engine/src/engine.ts';

const users = process.argv.slice(3);
const groups = ['system:masters', 'system:authenticated'];
const listen = { host: '127.0.0.1', port: 0, users: users.map((name) => ({ name, groups })) };
const engine = await startEngine({ store: { data: process.argv[2] ?? '' }, listen });
process.send?.(users.map((name) => engine.access(name)));
process.once('disconnect', () => process.exit(0));
