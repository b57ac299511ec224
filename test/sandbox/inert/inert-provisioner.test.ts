import { AccountInventory } from '../../../sandbox/cloudformation/inventory';
import { ProvisioningContext } from '../../../sandbox/cloudformation/provisioner';
import { SeededRandom } from '../../../sandbox/cloudformation/random';
import { InertProvisioner } from '../../../sandbox/inert/inert-provisioner';
import { Inventor } from '../../../sandbox/inert/inventor';
import { resourceType } from '../../../sandbox/inert/resource-types';
import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';

const clock = new VirtualClock(0);
const random = new SeededRandom(1);
const provisioner = new InertProvisioner(new AccountInventory());

function contextOf(type: string): ProvisioningContext {
  return {
    type, clock, random, partition: 'aws', accountId: '111122223333', region: 'eu-west-1', urlSuffix: 'amazonaws.com', stackId: 's', stackName: 'Stack',
    logicalId: 'Thing', signal: new AbortController().signal, identify: () => undefined,
  };
}

/** Whether the change gives another physical id. */
async function isReplaced(type: string, before: object, after: object): Promise<boolean> {
  const run = <T>(work: Promise<T>) => clock.run(work);
  const { physicalId } = await run(provisioner.create(contextOf(type), { ...before }));
  return (await run(provisioner.update(contextOf(type), physicalId, { ...after }, { ...before }))).physicalId !== physicalId;
}

test.each([
  ['another block of a VPC', 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }, { CidrBlock: '10.1.0.0/16' }, true],
  ['DNS names of a VPC', 'AWS::EC2::VPC', { EnableDnsHostnames: true }, { EnableDnsHostnames: false }, false],
  ['another VPC of a subnet', 'AWS::EC2::Subnet', { VpcId: 'vpc-1' }, { VpcId: 'vpc-2' }, true],
  ['another edition of a directory', 'AWS::DirectoryService::MicrosoftAD', { Edition: 'Standard' }, { Edition: 'Enterprise' }, true],
  ['another name of a queue', 'AWS::SQS::Queue', { QueueName: 'a' }, { QueueName: 'b' }, true],
  ['a type of somebody else', 'Their::Own::Type', { Size: 1 }, { Size: 2 }, false],
])('%s', async (_, type, before, after, expected) => {
  expect(await isReplaced(type, before, after)).toBe(expected);
});

test('what has a name of its own can\'t be replaced under that name', async () => {
  const change = isReplaced('AWS::DynamoDB::Table', { TableName: 'scores', ImportSourceSpecification: 1 }, { TableName: 'scores', ImportSourceSpecification: 2 });
  await expect(change).rejects.toThrow(/cannot update a stack when a custom-named resource requires replacing\. Rename scores/);
});

test('attributes that are lists can be selected from, cut and joined', () => {
  const attribute = (type: string, name: string) => provisioner.attribute(contextOf(type), 'id', name, {});
  expect(attribute('AWS::DirectoryService::MicrosoftAD', 'DnsIpAddresses')).toEqual(expect.arrayContaining(['10.255.0.10', '10.255.0.11']));
  expect((attribute('AWS::EC2::VPC', 'Ipv6CidrBlocks') as string[])[0]).toBe('2001:db8:0::/56');
  expect(attribute('AWS::SNS::Topic', 'TopicArn')).toMatch(/^arn:aws:sns:/);
});

test('the schemas of all native types are there', () => {
  expect(resourceType('AWS::EC2::VPC')!.createOnly).toContain('CidrBlock');
  expect(resourceType('AWS::SQS::Queue')!.identifier).toEqual([]);
  expect(resourceType('constructor')).toBeUndefined();
});

describe('what is made up', () => {
  test('is the same for the same name, fits its type, and is listed', () => {
    const inventor = new Inventor();
    const ami = inventor.invent('SSM parameter', '/ami', 'AWS::EC2::Image::Id');
    expect(ami).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(new Inventor().invent('SSM parameter', '/ami', 'AWS::EC2::Image::Id')).toBe(ami);
    expect(inventor.invent('template parameter', 'Size', 'Number')).toBe('1');
    expect(inventor.inventions.map(({ name }) => name)).toEqual(['/ami', 'Size']);
  });

  test('is not what the app makes itself, nor what is given', () => {
    const inventor = new Inventor((kind, name) => `${kind} ${name}` === 'export Theirs', { '/given': 'value' });
    expect(inventor.invent('export', 'Theirs')).toBeUndefined();
    expect(inventor.invent('SSM parameter', '/given')).toBe('value');
    expect(inventor.inventions).toEqual([]);
  });
});
