import { App, CfnCondition, CfnParameter, Fn, NestedStack, Stack, type CfnResource, type StackProps } from 'aws-cdk-lib';
import { CfnConnectionAlias } from 'aws-cdk-lib/aws-workspaces';
import { ConnectionAliasAssociation, MultiRegionEndpoint, StandbyWorkspace, StandbyWorkspaceFleet } from '../../src';

const DIRECTORY = 'd-9367000001';
const ALIAS = 'wsca-0123abcde';
const PRIMARY = 'ws-0123abcde';

function stackOf(app = new App(), id = 'Stack'): Stack {
  return new Stack(app, id, { env: { account: '111122223333', region: 'eu-west-1' } });
}

const associate = (stack: Stack, id: string, aliasId = ALIAS) => new ConnectionAliasAssociation(stack, id, { aliasId, directoryId: DIRECTORY });
const synthesize = ({ node }: Stack) => (node.root as App).synth();

/** Known only at deployment, and therefore perhaps only one of them is made. */
function under(stack: Stack, name: string, association: ConnectionAliasAssociation): void {
  const condition = new CfnCondition(stack, name, { expression: Fn.conditionEquals(Fn.ref('AWS::Region'), name) });
  (association.node.defaultChild as CfnResource).cfnOptions.condition = condition;
}

describe('two resources of a stack', () => {
  test('that make the same are refused once, at the second one, with the path of the first', () => {
    const stack = stackOf();
    associate(stack, 'First');
    associate(stack, 'Second');
    expect(() => synthesize(stack)).toThrow(/^Validation failed with the following errors:\s+\[Stack\/Second\] 'Stack\/First' associates the connection alias 'wsca-0123abcde' already, and an alias has one association\. Remove one of the two\.$/);
  });

  test('whose names are the same token are refused as well', () => {
    const stack = stackOf();
    const alias = new CfnConnectionAlias(stack, 'Alias', { connectionString: 'desktop.example.com' });
    for (const id of ['First', 'Second']) {
      new ConnectionAliasAssociation(stack, id, { alias, directoryId: DIRECTORY });
    }
    expect(() => synthesize(stack)).toThrow(/connection alias \{.*"Alias".*\} already/);
  });

  test('may both have a condition, or one of them', () => {
    const stack = stackOf();
    under(stack, 'eu-west-1', associate(stack, 'First'));
    associate(stack, 'Second');
    under(stack, 'eu-central-1', associate(stack, 'Third'));
    expect(() => synthesize(stack)).not.toThrow();
  });

  test('without a condition are refused though a third one has one', () => {
    const stack = stackOf();
    under(stack, 'eu-west-1', associate(stack, 'First'));
    associate(stack, 'Second');
    associate(stack, 'Third');
    expect(() => synthesize(stack)).toThrow(/\[Stack\/Third\] 'Stack\/Second' associates/);
  });

  test('may have names that are tokens of their own', () => {
    const stack = stackOf();
    for (const id of ['First', 'Second']) {
      associate(stack, id, new CfnParameter(stack, `${id}Alias`).valueAsString);
    }
    expect(() => synthesize(stack)).not.toThrow();
  });

  test('may make endpoints without a name', () => {
    const stack = stackOf();
    for (const id of ['First', 'Second']) {
      new MultiRegionEndpoint(stack, id, { secondaryRegion: 'eu-central-1' });
    }
    expect(() => synthesize(stack)).not.toThrow();
  });
});

describe('two stacks', () => {
  const blueAndGreen = (blue: StackProps, green: StackProps) => {
    const app = new App();
    associate(new Stack(app, 'Blue', blue), 'Association');
    associate(new Stack(app, 'Green', green), 'Association');
    return () => app.synth();
  };
  const env = { account: '111122223333', region: 'eu-west-1' };

  test('of one account and Region that make the same are refused', () => {
    expect(blueAndGreen({ env }, { env })).toThrow(/\[Green\/Association\] 'Blue\/Association' associates the connection alias 'wsca-0123abcde' already/);
  });

  test('that make the same endpoint by its name are refused', () => {
    const app = new App();
    for (const id of ['Blue', 'Green']) {
      new MultiRegionEndpoint(stackOf(app, id), 'Endpoint', { endpointName: 'mail', secondaryRegion: 'eu-central-1' });
    }
    expect(() => app.synth()).toThrow(/\[Green\/Endpoint\] endpointName 'mail' is also that of 'Blue\/Endpoint', but a name is unique in its account and Region/);
  });

  test.each<[string, StackProps, StackProps]>([
    ['of two Regions', { env }, { env: { ...env, region: 'eu-central-1' } }],
    ['of two accounts', { env }, { env: { ...env, account: '444455556666' } }],
    ['of which one may be deployed anywhere', { env }, {}],
    ['that may both be deployed anywhere', {}, {}],
    ['of one Region and unknown accounts', { env: { region: 'eu-west-1' } }, { env: { region: 'eu-west-1' } }],
    ['that are declared twice, for two ways to deploy the same stack', { env, stackName: 'Desk' }, { env, stackName: 'Desk' }],
  ])('%s may make the same', (_, blue, green) => {
    expect(blueAndGreen(blue, green)).not.toThrow();
  });

  test('of which one is nested in the other are refused, wherever they are deployed', () => {
    const stack = new Stack(new App(), 'Desk');
    associate(stack, 'Association');
    associate(new NestedStack(stack, 'Nested'), 'Association');
    expect(() => synthesize(stack)).toThrow(/\[Desk\/Nested\/Association\] 'Desk\/Association' associates/);
  });
});

describe('a standby', () => {
  const standbyIn = (stack: Stack, directoryId: string) =>
    new StandbyWorkspace(stack, 'Standby', { primaryWorkspaceId: PRIMARY, primaryRegion: 'us-east-1', directoryId });
  const fleetIn = (stack: Stack, ...primaryWorkspaceIds: string[]) =>
    new StandbyWorkspaceFleet(stack, 'Fleet', { primaryWorkspaceIds, primaryRegion: 'us-east-1', directoryId: DIRECTORY });

  test('beside one of a fleet is refused', () => {
    const stack = stackOf();
    standbyIn(stack, DIRECTORY);
    fleetIn(stack, 'ws-0123abcdf', PRIMARY);
    expect(() => synthesize(stack)).toThrow(/\[Stack\/Fleet\] 'Stack\/Standby' makes a standby of 'ws-0123abcde' in the same directory already/);
  });

  test('in another directory is none of its', () => {
    const stack = stackOf();
    standbyIn(stack, 'd-9367000002');
    fleetIn(stack, PRIMARY);
    expect(() => synthesize(stack)).not.toThrow();
  });

  test('of a list that is known only at deployment is not looked for', () => {
    const stack = stackOf();
    const primaryWorkspaceIds = new CfnParameter(stack, 'Primaries', { type: 'CommaDelimitedList' }).valueAsList;
    for (const id of ['First', 'Second']) {
      new StandbyWorkspaceFleet(stack, id, { primaryWorkspaceIds, primaryRegion: 'us-east-1', directoryId: DIRECTORY });
    }
    expect(() => synthesize(stack)).not.toThrow();
  });
});
