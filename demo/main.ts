import { existsSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Demo, type Example, type Outcome } from './demo';
import { EXAMPLES } from './examples';
import { FAULTS, isFaultName } from './faults';
import { Terminal } from './terminal';
import type { DeploymentPage } from '../cli/deployment-page/model';
import { pageHtml } from '../cli/deployment-page/page';

function help(): string {
  const list = (rows: [string, string][]) => rows.map(([name, text]) => `  ${name.padEnd(18)} ${text}`).join('\n');
  return `Deploys the examples of cdk-multi-region on an embedded AWS: no account, no network, no waiting.

Usage: npm run demo -- [options]

Without options it tells the whole story of every example: deploy, change, fail, roll back, destroy.

  --example NAME     only this example
  --fault NAME       deploy once with a fault, then destroy
  --keep             deploy once and stop there
  --html FILE        write a page that shows each deployment over time
  --verbose          print each event of CloudFormation and all outputs
  --speed N          let N seconds of simulated time pass in a second (default: no real time passes)
  --help             this text

Examples
${list(EXAMPLES.map(({ name, summary }) => [name, summary]))}

Faults
${list(Object.entries(FAULTS))}

Exit status: 0 if everything that the demo says is true, 1 if not, 2 if the options are wrong.
`;
}

interface Choice {
  readonly examples: readonly Example[];
  readonly fault?: keyof typeof FAULTS;
  readonly keep?: boolean;
  readonly speed?: number;
  readonly verbose?: boolean;
  /** Path of the page. */
  readonly html?: string;
}

/** A wrong option; the message says what is right. */
class UsageError extends Error {}

function choose(argv: string[]): Choice | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      example: { type: 'string' }, fault: { type: 'string' }, keep: { type: 'boolean' }, speed: { type: 'string' },
      verbose: { type: 'boolean' },
      html: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    return 'help';
  }
  const examples = EXAMPLES.filter(({ name }) => values.example === undefined || name === values.example);
  if (examples.length === 0) {
    throw new UsageError(`There is no example '${values.example}'. There are: ${EXAMPLES.map(({ name }) => name).join(', ')}.`);
  }
  if (values.fault !== undefined && !isFaultName(values.fault)) {
    throw new UsageError(`There is no fault '${values.fault}'. There are: ${Object.keys(FAULTS).join(', ')}.`);
  }
  const speed = values.speed === undefined ? undefined : Number(values.speed);
  if (speed !== undefined && !(speed > 0)) {
    throw new UsageError(`--speed is '${values.speed}', but must be a number above 0.`);
  }
  const html = values.html === undefined ? undefined : resolve(values.html);
  if (html !== undefined && !existsSync(dirname(html))) {
    throw new UsageError(`--html is '${values.html}', but there is no directory ${dirname(html)}. Create it first.`);
  }
  return { examples, fault: values.fault, keep: values.keep, speed, verbose: values.verbose, html };
}

async function main(argv: string[]): Promise<number> {
  const choice = choose(argv);
  if (choice === 'help') {
    process.stdout.write(help());
    return 0;
  }
  const { examples, html, ...options } = choice;
  const { stdout } = process;
  const start = performance.now();
  const terminal = new Terminal(stdout);
  introduction(examples).forEach(text => terminal.text([], text));
  const outcomes: Outcome[] = [];
  for (const example of examples) {
    outcomes.push(await new Demo(example, options, stdout).run());
  }
  conclusion(outcomes, (performance.now() - start) / 1000).forEach(line => terminal.line(line));
  if (html !== undefined) {
    writeFileSync(html, pageHtml(pageOf(outcomes)));
    terminal.line('');
    terminal.text([], `Page: ${html}, ${counted(sum(outcomes.map(({ operations }) => operations)), 'operation')}`);
  }
  return outcomes.every(({ failures }) => failures === 0) ? 0 : 1;
}

function introduction(examples: readonly Example[]): string[] {
  return [
    `${examples.map(({ name }) => name).join(', ')}: deployed, changed, broken, removed.`,
    'AWS and time are simulated; functions and templates are those that you deploy.',
    'Nothing leaves this machine: no account, no credentials, no network.',
  ];
}

function pageOf(outcomes: readonly Outcome[]): DeploymentPage {
  return {
    title: 'cdk-multi-region: what the demo did',
    introduction: [
      'Each deployment over time, with one bar for each operation on a resource. The resources of this library, in bold, also show what their '
        + 'function called, and what it answered to CloudFormation.',
      'AWS was simulated and so was time; functions and templates are those that you would deploy. Point at a bar or a mark to see what it is.',
    ],
    sections: outcomes.map(({ section }) => section),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What came out, and what to try next. */
function conclusion(outcomes: readonly Outcome[], seconds: number): string[] {
  const failures = sum(outcomes.map(outcome => outcome.failures));
  const left = sum(outcomes.map(outcome => outcome.left ?? 0));
  const isRemoved = outcomes.every(outcome => outcome.left !== undefined);
  const parts = [
    counted(outcomes.length, 'example'),
    counted(sum(outcomes.map(({ checks }) => checks)), 'check'),
    ...failures > 0 ? [`${failures} NOT TRUE: see FALSE above`] : [],
    !isRemoved ? 'everything kept' : left === 0 ? 'nothing left' : `${counted(left, 'thing')} LEFT`,
    `${Math.round(seconds)} s`,
  ];
  return [
    '',
    parts.join(', '),
    '',
    'Next: npm run demo -- with',
    '  --example game-servers --speed 20   watch one at 20 times its speed',
    '  --fault crash                       let a function die while it works',
    '  --example global-mail --verbose     see each event of CloudFormation',
    '  --html demo.html                    see each deployment over time',
    '  --help                              all examples, faults and options',
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

// The SDK's advice to run a newer Node.js is not for the reader of the demo.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

main(process.argv.slice(2)).then(
  status => { process.exitCode = status; },
  error => {
    const isUsage = error instanceof UsageError || String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(isUsage ? `${error.message} See npm run demo -- --help\n` : `${error.stack}\n`);
    process.exitCode = isUsage ? 2 : 1;
  });
