import { existsSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Document, DocumentCommand, DocumentFormat, OptionValues } from './command';
import { UsageError } from '../failure';
import { pageHtml } from '../deployment-page/page';
import { NotRehearsed, observe, RehearsalOptions, Report, reportOf } from '../rehearse';
import { FAULTS, FaultName } from '../rehearse/faults';
import { pageOf } from '../rehearse/page';
import { asText } from '../rehearse/text';

const EXIT_CODES: Readonly<Record<Report['outcome'], number>> = { harmless: 0, disruptive: 3, fails: 4 };
const COULD_NOT = 1;
const ASSIGNMENT = /^([^=]+)=(.*)$/s;

export const rehearseCommand: DocumentCommand = {
  name: 'rehearse',
  summary: 'what a new version of your app does to its multi-Region resources, without an account',
  synopsis: ['[OLD] NEW [options]'],
  operands: { min: 1, max: 2 },
  description: 'Deploys two versions of a CDK app one after the other in an AWS that is simulated on this machine, with the\n'
    + 'functions that will really be deployed, and says what the second deployment does to the resources of this library.\n'
    + 'OLD and NEW are cloud assemblies, the output directories of `cdk synth`. Without OLD everything is new.',
  options: {
    'parameter': { value: 'NAME=VALUE', multiple: true, help: 'a template parameter' },
    'ssm': { value: 'NAME=VALUE', multiple: true, help: 'an SSM parameter that exists' },
    'directory': { value: 'ID', multiple: true, help: 'a WorkSpaces directory that exists; without it each that the app names' },
    'stacks': { value: 'NAME', multiple: true, help: 'only this stack and those that it depends on; without it all' },
    'region': { value: 'REGION', help: 'Region of stacks that are not bound to one; us-east-1 without it' },
    'fail-at': { value: 'RESOURCE', help: 'let a resource fail after its operation, or a stack at its end, and see the rollback' },
    'fault': { value: Object.keys(FAULTS).join('|'), help: 'what else goes wrong' },
    'events': { help: 'print the events of the deployment as well' },
    'html': { value: 'FILE', help: 'write the deployment over time as a page' },
  },
  exitCodes: '0 harmless, 1 could not rehearse, 2 the command line is wrong, 3 something is replaced, re-created, deleted or\n'
    + 'interrupted, 4 a stack will fail.',
  print,
};

async function print(operands: readonly string[], values: OptionValues, format: DocumentFormat): Promise<Document> {
  const [current, old] = [...operands].reverse();
  const [html] = values.html ?? [];
  if (html !== undefined && !existsSync(dirname(resolve(html)))) {
    throw new UsageError(`--html is '${html}', but there is no directory ${dirname(resolve(html))}. Create it first.`);
  }
  try {
    const seen = await observe(old, current, optionsOf(values));
    const report = reportOf(seen);
    if (html !== undefined) {
      writeFileSync(html, pageHtml(pageOf(report, seen)));
    }
    const text = format === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : asText(report, { events: Boolean(values.events) });
    return { text, exitCode: exitCodeOf(report) };
  } catch (error) {
    if (error instanceof NotRehearsed) {
      return { text: '', errors: [`cdk-multi-region: ${error.message}`], exitCode: COULD_NOT };
    }
    throw error;
  }
}

/** A resource of ours, or a stack with one, that was not rehearsed makes every other answer worthless. */
function exitCodeOf({ outcome, stacks, resources }: Report): number {
  const unknown = stacks.some(stack => stack.outcome === 'not rehearsed' && resources.some(resource => resource.stack === stack.id))
    || resources.some(({ change }) => change === 'not rehearsed');
  return unknown ? COULD_NOT : EXIT_CODES[outcome];
}

function optionsOf(values: OptionValues): RehearsalOptions {
  const [fault] = values.fault ?? [];
  if (fault !== undefined && !(fault in FAULTS)) {
    throw new UsageError(`--fault is '${fault}', but it takes ${Object.keys(FAULTS).join(', ')}.`);
  }
  const [failAt] = values['fail-at'] ?? [];
  if (failAt !== undefined && failAt in FAULTS) {
    throw new UsageError(`--fail-at is '${failAt}', but it takes a resource. Use --fault ${failAt}.`);
  }
  return {
    parameters: assignments(values, 'parameter'),
    ssm: assignments(values, 'ssm'),
    directories: values.directory,
    stacks: values.stacks,
    region: values.region?.[0],
    failAt,
    fault: fault as FaultName | undefined,
  };
}

function assignments(values: OptionValues, name: string): Record<string, string> {
  return Object.fromEntries((values[name] ?? []).map(text => {
    const [, key, value] = ASSIGNMENT.exec(text) ?? [];
    if (key === undefined) {
      throw new UsageError(`--${name} is '${text}', but it takes NAME=VALUE.`);
    }
    return [key, value];
  }));
}
