import { custom, REGION, World } from './world';

const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } };
const fn = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { S3Bucket: 'b', S3Key: 'code.zip' }, ...properties,
  },
});

describe('AWS::Lambda::Function', () => {
  test('is created with the directory of its asset and with its settings', async () => {
    const world = new World();

    await world.deploy({ Role: ROLE, Fn: fn({ Timeout: 60, Environment: { Variables: { N: 1 } } }) });

    const [, region, settings] = world.calls.find(([name]) => name === 'createFunction')!;
    expect(region).toBe(REGION);
    expect(settings).toEqual({
      name: expect.stringMatching(/^Game-Fn-[A-Z0-9]{12}$/),
      codeDirectory: '/assets/code',
      handler: 'index.handler',
      environment: { N: '1' },
      timeoutSeconds: 60,
      memorySize: 128,
      roleArn: expect.stringMatching(/^arn:aws:iam::111122223333:role\/Game-Role-[A-Z0-9]{12}$/),
    });
  });

  test('has an ARN, is updated in place, and is deleted', async () => {
    const world = new World();
    const Outputs = { Arn: { Value: { 'Fn::GetAtt': ['Fn', 'Arn'] } } };
    const { outputs } = await world.deploy({ Role: ROLE, Fn: fn() }, { Outputs });

    await world.deploy({ Role: ROLE, Fn: fn({ MemorySize: 512 }) }, { Outputs });
    await world.destroy();

    const name = world.cloudFormation.events.find(event => event.status === 'CREATE_COMPLETE' && event.logicalId === 'Fn')!.physicalId;
    expect(outputs.Arn).toBe(`arn:aws:lambda:${REGION}:111122223333:function:${name}`);
    expect(world.calls.map(call => call[0])).toEqual(['putRole', 'createFunction', 'updateFunction', 'deleteFunction', 'deleteRole']);
    expect(world.calls[2][2]).toMatchObject({ name, memorySize: 512 });
    expect(world.inventory.list()).toEqual([]);
  });

  test('is replaced when its name changes', async () => {
    const world = new World();
    await world.deploy({ Role: ROLE, Fn: fn({ FunctionName: 'one' }) });

    await world.deploy({ Role: ROLE, Fn: fn({ FunctionName: 'two' }) });

    expect(world.calls.slice(1).map(([name, , detail]) => [name, (detail as { name?: string }).name ?? detail]))
      .toEqual([['createFunction', 'one'], ['createFunction', 'two'], ['deleteFunction', 'one']]);
  });

  test('fails without its asset', async () => {
    const world = new World();

    await world.deploy({ Role: ROLE, Fn: fn({ Code: { S3Bucket: 'b', S3Key: 'other.zip' } }) });

    expect(world.reason('Fn', 'CREATE_FAILED')).toContain('other.zip, is not among the assets of the assembly.');
    expect(world.calls.map(call => call[0])).toEqual(['putRole', 'deleteRole']);
  });

  test('has a generated name of at most 64 characters', async () => {
    const world = new World();

    await world.deploy({ Role: ROLE, [`Fn${'x'.repeat(200)}`]: fn() });

    expect((world.calls[1][2] as { name: string }).name).toMatch(/^Game-Fnx+-[A-Z0-9]{12}$/);
    expect((world.calls[1][2] as { name: string }).name).toHaveLength(64);
  });
});

describe('AWS::IAM', () => {
  test('policies go to their roles and leave them', async () => {
    const world = new World();
    const policy = (roles: string[]) => ({
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'P', PolicyDocument: { Statement: [1] }, Roles: roles.map(Ref => ({ Ref })) },
    });
    const named = (RoleName: string) => ({ ...ROLE, Properties: { ...ROLE.Properties, RoleName } });
    const roles = { A: named('a'), B: named('b') };
    await world.deploy({ ...roles, P: policy(['A']) });

    await world.deploy({ ...roles, P: policy(['B']) });
    await world.deploy(roles);

    expect(world.calls.slice(2)).toEqual([
      ['putPolicy', 'a', 'P', { Statement: [1] }],
      ['deletePolicy', 'a', 'P'],
      ['putPolicy', 'b', 'P', { Statement: [1] }],
      ['deletePolicy', 'b', 'P'],
    ]);
  });

  test('roles pass on their trust, inline and managed policies', async () => {
    const world = new World();

    await world.deploy({
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Path: '/team/',
          RoleName: 'r',
          AssumeRolePolicyDocument: { Statement: ['trust'] },
          Policies: [{ PolicyName: 'inline', PolicyDocument: { Statement: ['inline'] } }],
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'],
        },
      },
    });

    expect(world.calls).toEqual([['putRole', 'arn:aws:iam::111122223333:role/team/r', {
      trust: { Statement: ['trust'] },
      inlinePolicies: { inline: { Statement: ['inline'] } },
      managedPolicyArns: ['arn:aws:iam::aws:policy/X'],
    }]]);
  });

  test('a managed policy has an ARN', async () => {
    const { outputs } = await new World().deploy({
      M: { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: 'm', PolicyDocument: {} } },
    }, { Outputs: { Ref: { Value: { Ref: 'M' } } } });

    expect(outputs.Ref).toBe('arn:aws:iam::111122223333:policy/m');
  });
});

test('AWS::StepFunctions::StateMachine passes on its definition with the substitutions', async () => {
  const world = new World();

  const { outputs } = await world.deploy({
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { Definition: { StartAt: '${first}' }, DefinitionSubstitutions: { first: 'Wait' }, RoleArn: 'arn:role' },
    },
  }, { Outputs: { Name: { Value: { 'Fn::GetAtt': ['Machine', 'Name'] } }, Ref: { Value: { Ref: 'Machine' } } } });

  expect(world.calls).toEqual([['createStateMachine', REGION, { name: outputs.Name, definition: '{"StartAt":"Wait"}', roleArn: 'arn:role' }]]);
  expect(outputs.Ref).toBe(`arn:aws:states:${REGION}:111122223333:stateMachine:${outputs.Name}`);
});

test('AWS::Logs::LogGroup with Retain stays in the account', async () => {
  const world = new World();
  await world.deploy({ Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/x' }, DeletionPolicy: 'Retain' } });

  await world.destroy();

  expect(world.inventory.list()).toEqual([{ type: 'AWS::Logs::LogGroup', region: REGION, id: '/x', state: 'exists' }]);
});

test('values reach another Region through the custom resources of CDK', async () => {
  const world = new World();
  const name = '/cdk/exports/Two/x';
  const writer = (exports: Record<string, unknown>) => ({
    Type: 'Custom::CrossRegionExportWriter', Properties: { ServiceToken: 'any', WriterProps: { region: 'us-east-1', exports } },
  });
  const reader = {
    Type: 'Custom::CrossRegionExportReader',
    Properties: { ServiceToken: 'any', ReaderProps: { region: 'us-east-1', prefix: 'Two', imports: { [name]: `{{resolve:ssm:${name}}}` } } },
  };
  await world.deploy({ A: custom(), W: writer({ [name]: { Ref: 'A' } }) });

  const { outputs } = await world.deploy({ R: reader }, {
    stackName: 'Two', region: 'us-east-1', Outputs: { X: { Value: { 'Fn::GetAtt': ['R', name] } } },
  });
  expect(outputs.X).toBe('id-of-A');

  await world.deploy({ A: custom(), W: writer({ [name]: 'changed', '/new': 'n' }) });
  expect([name, '/new'].map(key => world.parameterStore.get('us-east-1', key))).toEqual(['id-of-A', 'n']);
  await world.deploy({ A: custom(), W: writer({}) });
  expect(world.parameterStore.has('us-east-1', name)).toBe(false);
  expect(world.requests()).toEqual(['Create A -']);
});

test('AWS::SSM::Parameter can be read by a dynamic reference until it is gone', async () => {
  const world = new World();
  await world.deploy({ P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/p', Type: 'String', Value: 'v' } } });
  await world.deploy({ A: custom({ p: '{{resolve:ssm:/p}}' }) }, { stackName: 'User' });

  expect(world.received[0].ResourceProperties.p).toBe('v');
  await world.destroy();
  expect(await world.deploy({ A: custom({ p: '{{resolve:ssm:/p}}' }) }, { stackName: 'Late' })).toMatchObject({ status: 'ROLLBACK_COMPLETE' });
});

test.each<[string, Record<string, unknown>, RegExp, RegExp]>([
  ['AWS::S3::Bucket', {}, /^game-x-[a-z0-9]{12}$/, /^arn:aws:s3:::game-x-/],
  ['AWS::EC2::VPC', {}, /^vpc-[0-9a-f]{17}$/, /^arn:aws:ec2:eu-west-1:111122223333:vpc\/vpc-/],
  ['AWS::DynamoDB::Table', { TableName: 't' }, /^t$/, /^arn:aws:dynamodb:eu-west-1:111122223333:table\/t$/],
  ['AWS::SNS::Topic', {}, /^arn:aws:sns:.*topic\/Game-X-/, /^arn:aws:sns:/],
  ['Custom::AWS', { ServiceToken: 'any' }, /^Game-X-/, /^arn:aws:aws:/],
  ['Alexa::ASK::Skill', {}, /^Game-X-/, /^arn:/],
])('%s gets a plausible id and ARN', async (Type, Properties, id, arn) => {
  const { outputs, status } = await new World().deploy({ X: { Type, Properties } }, {
    Outputs: { Ref: { Value: { Ref: 'X' } }, Arn: { Value: { 'Fn::GetAtt': ['X', 'Arn'] } } },
  });

  expect(status).toBe('CREATE_COMPLETE');
  expect(outputs.Ref).toMatch(id);
  expect(outputs.Arn).toMatch(arn);
});

test('an unknown attribute of a type that is modelled fails', async () => {
  const world = new World();

  const result = await world.deploy({ Role: ROLE }, { Outputs: { X: { Value: { 'Fn::GetAtt': ['Role', 'Nope'] } } } });

  expect(result.status).toBe('ROLLBACK_COMPLETE');
  expect(world.reason('Game', 'ROLLBACK_IN_PROGRESS')).toContain('resource Role does not support attribute type Nope in Fn::GetAtt');
});
