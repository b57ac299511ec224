// Counts words that a reader has to guess at. CONTRIBUTING.md says what to write instead; `--strict` fails on any that is left,
// `--where` lists the places.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What is looked for, and the plainer word. */
const WORDS = [
  [/\bmade anew\b|\bmake(?:s)? (?:it |them )?anew\b/i, 're-created, re-create'],
  [/\banew\b/i, 'again'],
  [/\bborn\b/i, 'created'],
  [/\bbears?\(|\bbear(?:s|ing)?\b/i, 'create, carry'],
  [/\bconced(?:e|es|ed|ing)\b/i, 'recordCollision, accept'],
  [/\bjudg(?:e|es|ed|ing|ement)\b/i, 'failOrKeep, decide'],
  [/\bverdicts?\b/i, 'result'],
  [/\b(?:un)?settl(?:e|es|ed|ing)\b/i, 'converge, stable'],
  [/\btroubles?\b|\btroubled\w*\b/i, 'recentFailures, problems'],
  [/\bpatient(?:ly)?\b|\bpatience\b/i, 'retryable, waits'],
  [/\bno good\b/i, 'invalid'],
  [/\bin earnest\b/i, 'leave out'],
  [/\btakes? (?:it|them) back\b/i, 'undo, withdraw'],
  [/\brivals?\b/i, 'checkUnique, another request'],
];

/** Where a word is an API of others, in [file, pattern of the line]. */
const ALLOWED = [
  [/^scripts\/words\.mjs$/, /./],
  // Names of JavaScript and of test libraries.
  [/\.[cm]?ts$/, /Promise\.allSettled|PromiseSettledResult/],
  // A licence's or a tool's own text.
  [/^(?:THIRD-PARTY-NOTICES|LICENSE)$/, /./],
];
/** Generated from what is counted where it is written. */
const GENERATED = /^(?:API\.md|docs\/api\/|package-lock\.json|test\/oracle\/package-lock\.json)|\.snap$/;

/** With the parts of names as words: `settledAt`, `SETTLED_MILLISECONDS`. */
const inWords = line => line.replace(/(?<=[a-z\d])(?=[A-Z])|_/g, ' ');

const options = new Set(process.argv.slice(2));
const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(file => file && existsSync(file) && !GENERATED.test(file));
const places = files.flatMap(file => readFileSync(file, 'utf8').split('\n').flatMap((line, index) =>
  WORDS.filter(([word]) => word.test(inWords(line)) && !ALLOWED.some(([where, text]) => where.test(file) && text.test(line)))
    .map(([word, instead]) => ({ file, line: index + 1, word: inWords(line).match(word)[0].toLowerCase(), instead }))));

const counts = new Map();
for (const { word, instead } of places) {
  counts.set(word, { instead, count: (counts.get(word)?.count ?? 0) + 1 });
}
for (const [word, { instead, count }] of [...counts].sort(([, a], [, b]) => b.count - a.count)) {
  console.log(`${String(count).padStart(5)}  ${word.padEnd(16)} instead: ${instead}`);
}
if (options.has('--where')) {
  places.forEach(({ file, line, word }) => console.log(`${file}:${line}: ${word}`));
}
console.log(`${places.length} words to replace in ${new Set(places.map(({ file }) => file)).size} files`);
process.exitCode = options.has('--strict') && places.length > 0 ? 1 : 0;
