import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Account } from './account';
import { AwsAccount } from './aws-account';
import { AURORA_DSQL } from './aurora-dsql/questions';
import { CLOUDFORMATION } from './cloudformation/scenarios';
import { GLOBAL_ACCELERATOR } from './global-accelerator/scenarios';
import { tablesOf, unclear, type Finding, type Findings, type Part, type Question, type Scenario } from './plan';
import { SES } from './ses/scenarios';
import { TRANSIT_GATEWAY } from './transit-gateway/questions';
import { WORKSPACES } from './workspaces/scenarios';

export const PARTS: readonly Part[] = [CLOUDFORMATION, SES, GLOBAL_ACCELERATOR, WORKSPACES, TRANSIT_GATEWAY, AURORA_DSQL];

const HELP = `npm run verify -- --account <id> [--region <region>] [--only <part>[/<scenario>]]... [--input <name>=<value>]... [--report <file>]
npm run verify -- --list           the plan, as tables
npm run verify -- --account <id> --leftovers [--region <region>]

Answers the open questions of docs/verify-on-aws.md in an AWS account. It makes resources there, some of which cost money, and deletes
them again. Nothing is run without --account, which has to be the account of the credentials.`;

export interface Environment {
  readonly write: (text: string) => void;
  readonly connect: (accountId: string, region: string, inputs: Account['inputs']) => Promise<Account>;
}

/** A finding with what it is about: a line of the report. */
export interface ReportedFinding extends Finding {
  readonly part: string;
  readonly scenario: string;
  readonly question: string;
}

interface Chosen {
  readonly part: Part;
  readonly scenarios: readonly Scenario[];
}

/** @returns the exit code: 0, 1 if something is left in the account, 2 if nothing was run */
export async function main(args: readonly string[], { write, connect }: Environment): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      account: { type: 'string' },
      region: { type: 'string', default: 'eu-west-1' },
      only: { type: 'string', multiple: true },
      input: { type: 'string', multiple: true },
      report: { type: 'string' },
      list: { type: 'boolean' },
      leftovers: { type: 'boolean' },
    },
  });
  if (values.list) {
    write(PARTS.map(part => `## ${part.title}\n\n${tablesOf(part)}\n`).join('\n'));
    return 0;
  }
  const chosen = choose(values.only);
  if (!values.account) {
    write(`${HELP}\n\nWithout --account nothing was run. It would be: ${chosen.flatMap(namesOf).join(', ')}\n`);
    return 2;
  }
  const account = await connect(values.account, values.region, inputsFrom(values.input));
  const findings: ReportedFinding[] = [];
  if (!values.leftovers) {
    for (const { part, scenarios } of chosen) {
      for (const scenario of scenarios) {
        findings.push(...await runScenario(part, scenario, account, write));
      }
    }
  }
  const leftovers = await leftoversOf(chosen, account, write);
  if (values.report) {
    const date = new Date(account.now()).toISOString();
    writeFileSync(values.report, JSON.stringify({ date, region: account.region, findings, leftovers }, undefined, 2));
  }
  return leftovers.length > 0 ? 1 : 0;
}

/** Of some services there are only questions by hand. */
const WITH_SCENARIOS = PARTS.filter(({ scenarios }) => scenarios.length > 0);

function choose(only: readonly string[] = WITH_SCENARIOS.map(({ name }) => name)): Chosen[] {
  return only.map(choice => {
    const [partName, scenarioName] = choice.split('/');
    const part = PARTS.find(({ name }) => name === partName);
    const scenarios = part?.scenarios.filter(({ name }) => scenarioName === undefined || name === scenarioName) ?? [];
    if (!part || scenarios.length === 0) {
      const known = WITH_SCENARIOS.flatMap(each => [each.name, ...namesOf({ part: each, scenarios: each.scenarios })]);
      throw new Error(`There is no '${choice}'. Choose from ${known.join(', ')}.`);
    }
    return { part, scenarios };
  });
}

function namesOf({ part, scenarios }: Chosen): string[] {
  return scenarios.map(({ name }) => `${part.name}/${name}`);
}

function inputsFrom(pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(pairs.map(pair => {
    const [, name, value] = /^(\w+)=(.+)$/.exec(pair) ?? [];
    if (!name) {
      throw new Error(`--input is '${pair}', but takes a name and a value, such as identity=example.com.`);
    }
    return [name, value];
  }));
}

async function runScenario(part: Part, scenario: Scenario, account: Account, write: Environment['write']): Promise<ReportedFinding[]> {
  write(`\n${part.name}/${scenario.name}, about ${scenario.minutes} minutes, cost: ${scenario.cost}\n`);
  const findings = await findingsOf(scenario, account);
  return scenario.questions.map(question => {
    const finding = findings[question.id] ?? unclear('the scenario did not come so far');
    write(`  ${lineFor(question, finding)}\n`);
    return { part: part.name, scenario: scenario.name, question: question.id, ...finding };
  });
}

async function findingsOf(scenario: Scenario, account: Account): Promise<Findings> {
  const missing = scenario.needs?.filter(need => !account.inputs[need]) ?? [];
  const allOf = (seen: string) => Object.fromEntries(scenario.questions.map(({ id }) => [id, unclear(seen)]));
  if (missing.length > 0) {
    return allOf(`it needs ${missing.map(need => `--input ${need}=...`).join(' ')}`);
  }
  try {
    return await scenario.run(account);
  } catch (error) {
    return allOf(String(error));
  }
}

function lineFor({ id, important, otherwise }: Question, { result, seen }: Finding): string {
  const subject = `${important ? '!' : ' '} ${id}`;
  switch (result) {
    case 'as assumed': return `${subject}: answered: as assumed: ${seen}`;
    case 'measured': return `${subject}: answered: ${seen}`;
    case 'not as assumed': return `${subject}: not as assumed: ${seen}\n      change: ${otherwise}`;
    case 'could not tell': return `${subject}: could not tell: ${seen}`;
  }
}

async function leftoversOf(chosen: readonly Chosen[], account: Account, write: Environment['write']): Promise<string[]> {
  const found = new Set<string>();
  for (const { part } of chosen) {
    (await part.leftovers(account)).forEach(item => found.add(item));
  }
  write(found.size === 0 ? '\nNothing is left in the account.\n' : `\nLeft in the account, to be deleted by hand:\n  ${[...found].join('\n  ')}\n`);
  return [...found];
}

if (require.main === module) {
  main(process.argv.slice(2), { write: text => process.stdout.write(text), connect: (...args) => AwsAccount.confirmed(...args) })
    .then(code => { process.exitCode = code; }, error => {
      console.error(String((error as Error).message ?? error));
      process.exitCode = 2;
    });
}
