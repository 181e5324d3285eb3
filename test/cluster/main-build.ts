// `npm run cluster:build`: builds the programs of a real control plane, unless this machine has them.
import { componentNames, ensureComponent } from './components.ts';

for (const name of componentNames) console.log(ensureComponent(name));
