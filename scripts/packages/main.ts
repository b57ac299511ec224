import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { checkHandlers, differences } from './cloud-assembly';
import { csharp } from './csharp';
import { go } from './go';
import { java } from './java';
import type { Consumer, Language } from './language';
import { npm, synthesizeSources } from './npm';
import { python } from './python';
import { render, type Outcome } from './report';
import { Workspace } from './workspace';

/** In the order of the table. */
const LANGUAGES = [npm, python, java, go, csharp];
/** So many languages at a time: each keeps about one processor busy. */
const CONCURRENCY = 2;
const SHOWN_DIFFERENCES = 10;

/**
 * Makes the package of each language, installs it into an empty folder, synthesizes there an app with all constructs, and
 * compares its templates with those of the sources. The examples in the language are compared in the same way and deployed in
 * the sandbox.
 */
async function main(): Promise<void> {
  const { values: { only, keep } } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean' } } });
  const languages = chosen(only);
  const workspace = new Workspace(path.resolve(__dirname, '..', '..'));
  try {
    workspace.assembly();
    const expected = await synthesizeSources(workspace);
    await checkHandlers(expected);
    const outcomes = await mapConcurrently(languages, language => outcomeOf(language, workspace, expected));
    console.log(render(outcomes));
    process.exitCode = outcomes.some(({ error }) => error) ? 1 : 0;
  } finally {
    if (keep) {
      console.log(`Kept: ${workspace.directory}`);
    } else {
      workspace.remove();
    }
  }
}

function chosen(only: string | undefined): Language[] {
  const names = only?.toLowerCase().split(',') ?? LANGUAGES.map(({ name }) => name.toLowerCase());
  return names.map(name => {
    const language = LANGUAGES.find(candidate => candidate.name.toLowerCase() === name);
    if (!language) {
      throw new Error(`There is no language '${name}'. Choose from ${LANGUAGES.map(one => one.name).join(', ')}, separated by commas.`);
    }
    return language;
  });
}

async function outcomeOf(language: Language, workspace: Workspace, expected: string): Promise<Outcome> {
  const outcome: Outcome = { language: language.name, skipped: await language.missing() };
  if (outcome.skipped) {
    return outcome;
  }
  try {
    outcome.built = await secondsOf(() => language.build(workspace));
    if (language.consumer) {
      await use(language.consumer, workspace, expected, outcome);
    } else {
      outcome.skipped = 'the sources are generated and complete, but neither compiled nor used here';
    }
  } catch (error) {
    outcome.error = (error as Error).message;
  }
  return outcome;
}

async function use(consumer: Consumer, workspace: Workspace, expected: string, outcome: Outcome): Promise<void> {
  outcome.installed = await secondsOf(() => consumer.install(workspace));
  let assembly = '';
  outcome.synthesized = await secondsOf(async () => {
    assembly = await consumer.synthesize(workspace);
  });
  await checkHandlers(assembly);
  const found = differences(expected, assembly);
  outcome.equal = found.length === 0;
  if (!outcome.equal) {
    throw new Error(found.slice(0, SHOWN_DIFFERENCES).join('\n'));
  }
  await consumer.checkSnippet?.(workspace);
  if (consumer.checkExamples) {
    outcome.examplesChecked = await secondsOf(async () => {
      outcome.examples = await consumer.checkExamples!(workspace);
    });
  }
}

async function secondsOf(step: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await step();
  return (performance.now() - start) / 1000;
}

async function mapConcurrently<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      results[next[0]] = await action(next[1]);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
