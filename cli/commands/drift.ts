import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { TableCommand, Environment, OptionValues, Report, Row } from './command';
import { Kind, REGION, valueOf, valuesOf } from './option-values';
import type { ResourceDrift } from '../drift-detection/report';
import { UsageError } from '../failure';

const STACK: Kind = { pattern: /^[\w:/-]{1,1024}$/, description: 'the name of a stack' };
const DIRECTORY: Kind = { pattern: /^.+$/s, description: 'a directory of `cdk synth` such as cdk.out' };
const DRIFTED = 2;
const INCOMPLETE = 1;

export const drift: TableCommand = {
  name: 'drift',
  summary: 'where multi-Region resources differ from what their stacks declare',
  synopsis: ['--stack NAME [--stack NAME ...] [options]', '--assembly DIRECTORY [--stack NAME ...] [options]'],
  description: 'Compares what stacks declare with what the services have: missing resources, somebody else\'s\n'
    + 'in their place, changed properties, changed tags.',
  options: {
    stack: { value: 'NAME', multiple: true, help: 'a stack, with those that are nested in it; may be given many times' },
    assembly: { value: 'DIRECTORY', help: 'compare the templates of `cdk synth`, not the deployed ones' },
    region: { value: 'REGION', help: 'the Region of the stacks; without it that of the environment' },
  },
  permissions: [
    'cloudformation:DescribeStacks, GetTemplate and ListStackResources on the stacks, ListExports on *',
    'and what reads the resources: docs/cli.md has the statements',
  ],
  exitCodes: '0 nothing has drifted, 1 not all could be compared, or the command line is wrong,\n2 something has drifted.',
  usageExitCode: INCOMPLETE,
  run,
};

async function run(values: OptionValues, { services }: Pick<Environment, 'services' | 'now'>): Promise<Report> {
  const stacks = valuesOf(values, 'stack', STACK);
  const assembly = valueOf(values, 'assembly', DIRECTORY);
  if (stacks.length === 0 && assembly === undefined) {
    throw new UsageError('Which stacks? Give --stack NAME, or --assembly DIRECTORY for those of an app.');
  }
  if (assembly !== undefined && !existsSync(join(assembly, 'manifest.json'))) {
    throw new UsageError(`${assembly} is no cloud assembly: it has no manifest.json. Give the output directory of \`cdk synth\`, e.g. cdk.out.`);
  }
  const region = await services.region(valueOf(values, 'region', REGION));
  // A bundle of its own: it carries the code of all functions, which no other command needs.
  const { detectDrift } = createRequire(__filename)('../drift-detection/index') as typeof import('../drift-detection/index');
  const { resources, notes, failures } = await detectDrift({ region, stacks, assembly });
  const drifted = resources.filter(({ status }) => status !== 'IN_SYNC' && status !== 'NOT_CHECKED');
  const unchecked = resources.filter(({ status }) => status === 'NOT_CHECKED');
  return {
    columns: [
      { key: 'stack', title: 'STACK' },
      { key: 'resource', title: 'RESOURCE' },
      { key: 'status', title: 'STATUS' },
      { key: 'property', title: 'PROPERTY' },
      { key: 'declared', title: 'DECLARED' },
      { key: 'actual', title: 'ACTUAL' },
      { key: 'reason', title: 'REASON' },
      { key: 'region', title: 'REGION', detail: true },
      { key: 'path', title: 'PATH', detail: true },
      { key: 'type', title: 'TYPE', detail: true },
      { key: 'physicalId', title: 'PHYSICAL ID', detail: true },
    ],
    rows: resources.flatMap(rowsOf),
    nothing: 'There are no multi-Region resources in these stacks.',
    notes: [...notes, ...summary(resources, drifted, unchecked)],
    failures,
    exitCode: drifted.length > 0 ? DRIFTED : unchecked.length > 0 || failures.length > 0 ? INCOMPLETE : 0,
  };
}

/** One for each difference; one for a resource without. */
function rowsOf({ differences, stack, region, logicalId, path, type, physicalId, status }: ResourceDrift): Row[] {
  const resource = { stack, resource: logicalId, status, region, path, type, physicalId };
  return differences.length === 0 ? [resource] : differences.map(difference => ({ ...resource, ...difference }));
}

function summary(all: readonly ResourceDrift[], drifted: readonly ResourceDrift[], unchecked: readonly ResourceDrift[]): string[] {
  return [
    ...drifted.length > 0 ? [`${drifted.length} of ${all.length} resources have drifted.`] : [],
    ...unchecked.length > 0 ? [`${unchecked.length} of ${all.length} resources could not be compared completely.`] : [],
  ];
}
