import { reasonOf, type Account, type Deployment } from './account';

/** Something that only AWS can answer, and what the code takes for granted until then. */
export interface Question {
  readonly id: string;
  /** Whether version 1.0 waits for it. */
  readonly important?: boolean;
  readonly asks: string;
  /** What the check looks at, and what has to be seen so that the code is right. */
  readonly assertion: string;
  /** Where to change what if the answer is another one. */
  readonly otherwise: string;
}

/** `measured`: there was nothing to be right or wrong about. */
export type Result = 'as assumed' | 'not as assumed' | 'measured' | 'could not tell';

export interface Finding {
  readonly result: Result;
  /** What was seen, in words and figures. */
  readonly seen: string;
}

/** By id of the question. */
export type Findings = Readonly<Record<string, Finding>>;

/** A run against the account that answers some questions. It leaves nothing behind. */
export interface Scenario {
  readonly name: string;
  readonly minutes: number;
  /** What it costs, as far as price lists say. */
  readonly cost: string;
  /** Names of inputs without which it cannot run. */
  readonly needs?: readonly string[];
  readonly questions: readonly Question[];
  run(account: Account): Promise<Findings>;
}

/** The questions of one service. */
export interface Part {
  readonly name: string;
  readonly title: string;
  readonly scenarios: readonly Scenario[];
  /** Questions that no program can answer, or not within an afternoon. */
  readonly byHand: readonly Question[];
  /** What of the scenarios is still in the account, one line a thing. */
  leftovers(account: Account): Promise<string[]>;
}

/** Names of all that the scenarios make begin like this. */
export const PREFIX = 'CdkMultiRegionVerify';

export function measured(seen: string): Finding {
  return { result: 'measured', seen };
}

export function unclear(seen: string): Finding {
  return { result: 'could not tell', seen };
}

export function compare(isAsAssumed: boolean, seen: string): Finding {
  return { result: isAsAssumed ? 'as assumed' : 'not as assumed', seen };
}

/** About permissions: a deployment that failed for another reason tells nothing. */
export function permitted(deployments: readonly Deployment[], seen: string): Finding {
  const failed = deployments.find(({ succeeded }) => !succeeded);
  if (!failed) {
    return compare(true, seen);
  }
  const reason = reasonOf(failed);
  return /AccessDenied|not authorized|lacks this permission/i.test(reason) ? compare(false, reason) : unclear(reason);
}

/** The tables of docs/verify-on-aws.md. */
export function tablesOf(part: Part): string {
  const { name, scenarios, byHand } = part;
  const overview = [
    '| scenario | minutes | cost | needs |', '|---|---|---|---|',
    ...scenarios.map(scenario => row(`\`--only ${name}/${scenario.name}\``, `${scenario.minutes}`, scenario.cost,
      scenario.needs?.map(need => `\`--input ${need}=...\``).join(' ') ?? '–')),
    '',
  ];
  return [
    ...scenarios.length > 0 ? overview : [],
    '| | question | scenario | assertion | if the answer is another one |', '|---|---|---|---|---|',
    ...scenarios.flatMap(scenario => scenario.questions.map(question => questionRow(question, `\`${scenario.name}\``))),
    ...byHand.map(question => questionRow(question, 'by hand')),
  ].join('\n');
}

function questionRow({ important, asks, assertion, otherwise }: Question, scenario: string): string {
  return row(important ? '**!**' : '', asks, scenario, assertion, otherwise);
}

function row(...cells: string[]): string {
  return `|${cells.map(cell => cell === '' ? ' ' : ` ${cell} `).join('|')}|`;
}
