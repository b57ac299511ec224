import { parseArgs } from 'node:util';
import { Demo, type Example } from './demo';
import { EXAMPLES } from './examples';
import { FAULTS, isFaultName } from './faults';

function help(): string {
  const list = (rows: [string, string][]) => rows.map(([name, text]) => `  ${name.padEnd(18)} ${text}`).join('\n');
  return `Deploys the examples of cdk-multi-region on an embedded AWS: no account, no network, no waiting.

Usage: npm run demo -- [options]

Without options it tells the whole story of every example: deploy, change, fail, roll back, destroy.

  --example NAME     only this example
  --fault NAME       deploy once with a fault, then destroy
  --keep             deploy once and stop there
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
}

/** A wrong option; the message says what is right. */
class UsageError extends Error {}

function choose(argv: string[]): Choice | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      example: { type: 'string' }, fault: { type: 'string' }, keep: { type: 'boolean' }, speed: { type: 'string' },
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
  return { examples, fault: values.fault, keep: values.keep, speed };
}

async function main(argv: string[]): Promise<number> {
  const choice = choose(argv);
  if (choice === 'help') {
    process.stdout.write(help());
    return 0;
  }
  const { examples, ...options } = choice;
  let allTrue = true;
  for (const example of examples) {
    const holds = await new Demo(example, options, process.stdout).run();
    allTrue &&= holds;
  }
  process.stdout.write(allTrue ? '\nAll of it is true.\n' : '\nNot all of it is true: see FALSE above.\n');
  return allTrue ? 0 : 1;
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
