// A transformer for jest. Calls of `jest.mock` are not moved before the imports: no test of ours uses it.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { version } = require('esbuild');
const { transpile } = require('./typescript.cjs');

const OURS = [__filename, require.resolve('./typescript.cjs')].map(file => readFileSync(file, 'utf8')).join('\n');

module.exports = {
  process: (text, file) => transpile(text, file),
  getCacheKey: (text, file) => createHash('sha256').update([version, OURS, file, text].join('\0')).digest('hex'),
};
