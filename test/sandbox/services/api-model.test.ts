import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NormalizedSchema } from '@smithy/core/schema';
import { AuroraDsqlSimulator } from '../../../sandbox/services/aurora-dsql';
import { CloudFormationSimulator } from '../../../sandbox/services/cloudformation';
import { GlobalAcceleratorSimulator } from '../../../sandbox/services/global-accelerator';
import { MemberConstraint, Operation, ServiceSimulator } from '../../../sandbox/services/service';
import { SesSimulator } from '../../../sandbox/services/ses';
import { SystemsManagerSimulator } from '../../../sandbox/services/systems-manager';
import { TransitGatewaySimulator } from '../../../sandbox/services/transit-gateway';
import { WorkSpacesSimulator } from '../../../sandbox/services/workspaces';

/** Prints a service model of AWS that botocore carries. requirements.txt has its version, .ci/run installs it. */
const READ_MODEL = `
import gzip, json, os, sys, botocore
path = os.path.join(os.path.dirname(botocore.__file__), 'data', sys.argv[1], 'service-2.json.gz')
print(gzip.open(path).read().decode())
`;

/** Simulators with the folder of their service in botocore. */
const SERVICES: [name: string, model: string, simulator: ServiceSimulator][] = [
  ['SES v2', 'sesv2/2019-09-27', new SesSimulator()],
  ['Global Accelerator', 'globalaccelerator/2018-08-08', new GlobalAcceleratorSimulator()],
  ['WorkSpaces', 'workspaces/2015-04-08', new WorkSpacesSimulator()],
  ['Systems Manager', 'ssm/2014-11-06', new SystemsManagerSimulator()],
  ['EC2', 'ec2/2016-11-15', new TransitGatewaySimulator()],
  ['Aurora DSQL', 'dsql/2018-05-10', new AuroraDsqlSimulator()],
  ['CloudFormation', 'cloudformation/2010-05-15', new CloudFormationSimulator(() => ({ stacks: [], events: [], exports: () => ({}) }))],
];

interface ModelShape {
  readonly type: string;
  readonly required?: string[];
  readonly members?: Record<string, { shape: string; idempotencyToken?: boolean }>;
  readonly member?: { shape: string };
  readonly key?: { shape: string };
  readonly value?: { shape: string };
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: string[];
  readonly error?: { httpStatusCode: number };
}

interface Model {
  readonly operations: Record<string, { input: { shape: string }; output?: { shape: string }; errors?: { shape: string }[] }>;
  readonly shapes: Record<string, ModelShape>;
}

/** A python3 with the pinned botocore, when it is not the first one of the path. */
const PYTHON = process.env.BOTOCORE_PYTHON ?? 'python3';

const PINNED = readFileSync(join(__dirname, 'requirements.txt'), 'utf8').match(/^botocore==(\S+)/m)![1];
// Another version has other models.
const haveBotocore = tryPython(['-c', 'import botocore; print(botocore.__version__)'])?.trim() === PINNED;
// CI must not skip in silence.
const describeModel = haveBotocore || process.env.CI ? describe : describe.skip;
const reason = haveBotocore ? '' : ` (skipped: python3 has no botocore ${PINNED}, which carries the models)`;

function tryPython(args: string[]): string | undefined {
  try {
    return execFileSync(PYTHON, args, { encoding: 'utf8', maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

/** All constraints below a shape, by path as in the simulators. */
function constraintsOf(model: Model, name: string, path = '', within: string[] = []): Record<string, MemberConstraint> {
  const shape = model.shapes[name];
  if (within.includes(name)) {
    return {};
  }
  const below = (child: string, childPath: string) => constraintsOf(model, child, childPath, [...within, name]);
  const own = ownConstraint(shape);
  return Object.assign(
    Object.keys(own).length > 0 ? { [path]: own } : {},
    ...Object.entries(shape.members ?? {}).map(([member, child]) =>
      below(child.shape, path ? `${path}.${member}` : member)),
    shape.member ? below(shape.member.shape, `${path}[]`) : {},
    shape.value ? below(shape.value.shape, `${path}{}`) : {},
  );
}

function ownConstraint(shape: ModelShape): MemberConstraint {
  const unit = ['list', 'map'].includes(shape.type) ? 'Items' : shape.type === 'string' ? 'Length' : '';
  const [min, max] = [`min${unit}`, `max${unit}`];
  return Object.fromEntries(Object.entries({
    [min]: shape.min, [max]: shape.max, pattern: shape.pattern && toRegExp(shape.pattern), enum: shape.enum,
  }).filter(([, value]) => value !== undefined));
}

/** JavaScript knows classes such as `\p{L}` with the flag only. */
function toRegExp(pattern: string): RegExp {
  return new RegExp(pattern, pattern.includes('\\p{') ? 'u' : '');
}

/** Members and required members of a schema and of everything below it. */
function membersOfSchema(schema: NormalizedSchema, within: string[] = []): unknown {
  if (schema.isListSchema()) {
    return [membersOfSchema(schema.getValueSchema(), within)];
  }
  const name = schema.getName(true)!;
  if (!schema.isStructSchema() || within.includes(name)) {
    return undefined;
  }
  const members = [...schema.structIterator()];
  const required = members.slice(0, Number((schema.getSchema() as any)[6] ?? 0)).map(([member]) => member);
  // The SDK fills in an idempotency token, so its schema never requires one.
  return Object.fromEntries(members.map(([member, child]) => [member, {
    required: required.includes(member) || child.isIdempotencyToken(), members: membersOfSchema(child, [...within, name]),
  }]));
}

/** Optional members that only the model has are left out: botocore is at times newer than the SDK's client. */
function knownMembers(ofModel: any, ofSchema: any): unknown {
  if (Array.isArray(ofModel)) {
    return ofModel.map((item, at) => knownMembers(item, ofSchema?.[at]));
  }
  return ofModel && Object.fromEntries(Object.entries<any>(ofModel)
    .filter(([member, { required }]) => required || ofSchema?.[member])
    .map(([member, { required, members }]) => [member, { required, members: knownMembers(members, ofSchema?.[member]?.members) }]));
}

function membersOfModel(model: Model, name: string, within: string[] = []): unknown {
  const shape = model.shapes[name];
  if (shape.type === 'list') {
    return [membersOfModel(model, shape.member!.shape, within)];
  }
  if (shape.type !== 'structure' || within.includes(name)) {
    return undefined;
  }
  return Object.fromEntries(Object.entries(shape.members!).map(([member, child]) => [
    member,
    {
      required: (shape.required?.includes(member) ?? false) || child.idempotencyToken === true,
      members: membersOfModel(model, child.shape, [...within, name]),
    },
  ]));
}

function schemaOf(operation: Operation, which: 'input' | 'output'): NormalizedSchema {
  const schema = operation.schema[which === 'input' ? 4 : 5];
  return NormalizedSchema.of(typeof schema === 'function' ? schema() : schema);
}

describeModel.each(SERVICES)(`%s agrees with its API model${reason}`, (_, folder, simulator) => {
  let model: Model;
  beforeAll(() => { model = JSON.parse(tryPython(['-c', READ_MODEL, folder])!); });

  describe.each(Object.entries(simulator.operations))('in %s:', (name, operation) => {
    test('constraints', () => {
      // As with optional members, what only the newer model has is left out.
      const known = Object.keys(membersOfSchema(schemaOf(operation, 'input')) as object);
      const constraints = Object.entries(constraintsOf(model, model.operations[name].input.shape)).filter(([path]) => known.includes(path.split(/[.[{]/)[0]));
      expect(operation.constraints ?? {}).toEqual(Object.fromEntries(constraints));
    });

    test('members and required members of the schemas', () => {
      const { input, output } = model.operations[name];
      for (const [schema, shape] of [[schemaOf(operation, 'input'), input], [schemaOf(operation, 'output'), output]] as const) {
        const all = membersOfSchema(schema);
        // The SDK may know more members, too.
        expect({ all }).toMatchObject({ all: shape && knownMembers(membersOfModel(model, shape.shape), all) });
      }
    });

    test('errors', () => {
      // The model of EC2 names no errors.
      expect([...operation.errors ?? []].sort()).toEqual((model.operations[name].errors ?? []).map(error => error.shape).sort());
    });
  });
});
