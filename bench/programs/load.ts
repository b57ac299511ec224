/*
 * Loads modules one after the other and prints how long the last one took, in milliseconds:
 * node load.js <module>...
 */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const load = createRequire(__filename);
let milliseconds = 0;
for (const name of process.argv.slice(2)) {
  const start = performance.now();
  load(name);
  milliseconds = performance.now() - start;
}
console.log(JSON.stringify({ milliseconds }));
