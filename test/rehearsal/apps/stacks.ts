import { CfnOutput, CfnParameter, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { CustomRoutingAccelerator, CustomRoutingListener, CustomRoutingProtocol, MultiRegionEndpoint } from '../../../src';
import { CorpusApp, resource } from '../corpus';

const IRELAND = { region: 'eu-west-1', account: '111122223333' };
const VIRGINIA = { region: 'us-east-1', account: '111122223333' };

function consumer(scope: Construct, endpointId: string): void {
  new lambda.Function(scope, 'Consumer', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
    environment: { ENDPOINT_ID: endpointId },
  });
}

interface Shared {
  readonly secondaryRegion?: string;
  readonly isUsed?: boolean;
}

/** An endpoint that a stack of the same Region uses by an export. */
export const EXPORT: CorpusApp<Shared> = {
  name: 'an export that another stack uses',
  from: {},
  build: (app, { secondaryRegion = 'eu-central-1', isUsed = true }) => {
    const { endpointId } = new MultiRegionEndpoint(new Stack(app, 'Mail', { env: IRELAND }), 'Endpoint', { secondaryRegion });
    consumer(new Stack(app, 'Sender', { env: IRELAND }), isUsed ? endpointId : 'none');
  },
  changes: [
    {
      what: 'a replacement while the export is in use',
      to: { secondaryRegion: 'us-east-1' },
      outcome: 'fails',
      changes: {},
      see: report => {
        const [mail, sender] = report.stacks;
        expect(mail.failure!.reason).toMatch(/cannot be updated as it is in use by Sender/);
        expect(mail.failure!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
        expect(sender).toMatchObject({ outcome: 'not deployed', note: 'it depends on Mail, which fails' });
        expect(report.leftovers).toEqual([]);
      },
    },
    {
      what: 'the export goes while the other stack still uses it',
      to: { isUsed: false },
      outcome: 'fails',
      changes: {},
      see: report => expect(report.stacks[0].failure!.reason).toMatch(/cannot be deleted as it is in use by Sender/),
    },
    { what: 'nothing', to: {}, outcome: 'harmless', changes: {} },
  ],
};

/** The same across Regions: the AWS CDK writes the value to Parameter Store, and never again when it changes. */
export const CROSS_REGION: CorpusApp<Shared> = {
  name: 'a reference across Regions',
  from: {},
  build: (app, { secondaryRegion = 'eu-central-1', isUsed = true }) => {
    const mail = new Stack(app, 'Mail', { env: IRELAND, crossRegionReferences: true });
    const { endpointId } = new MultiRegionEndpoint(mail, 'Endpoint', { secondaryRegion });
    const sender = new Stack(app, 'Sender', { env: VIRGINIA, crossRegionReferences: true });
    consumer(sender, isUsed ? endpointId : 'none');
  },
  changes: [
    {
      what: 'a replacement',
      to: { secondaryRegion: 'us-east-1' },
      outcome: 'disruptive',
      changes: { 'Mail/Endpoint': 'replaced' },
      see: report => expect(resource(report, 'Mail/Endpoint').staleIn.map(({ stack, path }) => `${stack}/${path}`)).toEqual(['Sender/Consumer']),
    },
    { what: 'it is no longer used', to: { isUsed: false }, outcome: 'harmless', changes: {} },
    { what: 'nothing', to: {}, outcome: 'harmless', changes: {} },
  ],
};

interface Nested {
  readonly lastPort?: number;
  readonly withGroup?: boolean;
  readonly tags?: Record<string, string>;
}

/** An accelerator of the parent, its listener in a nested stack with a role that is not in the app and a parameter. */
export const NESTED: CorpusApp<Nested> = {
  name: 'nested stacks, an imported role and a template parameter',
  from: {},
  build: (app, { lastPort = 20_000, withGroup = true, tags }) => {
    const stack = new Stack(app, 'Parent', { env: IRELAND });
    const accelerator = new CustomRoutingAccelerator(stack, 'Acc', { tags });
    const nested = new NestedStack(stack, 'Ports');
    const listener = new CustomRoutingListener(nested, 'L', { accelerator, portRanges: [{ fromPort: 10_000, toPort: lastPort }] });
    if (withGroup) {
      listener.addEndpointGroup('G', { destinations: [{ fromPort: 80, protocols: [CustomRoutingProtocol.TCP] }] });
    }
    const size = new CfnParameter(stack, 'Size', { type: 'Number' });
    const role = iam.Role.fromRoleName(stack, 'Role', 'made-elsewhere');
    role.attachInlinePolicy(new iam.Policy(stack, 'Policy', {
      statements: [new iam.PolicyStatement({
        actions: ['s3:*'], resources: ['arn:aws:s3:::b/${aws:username}'], conditions: { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01' } },
      })],
    }));
    new CfnOutput(stack, 'Sizes', { value: Fn.join('-', [size.valueAsString, Fn.importValue('made-elsewhere')]) });
  },
  changes: [
    { what: 'more ports', to: { lastPort: 21_000 }, outcome: 'harmless', changes: { 'Parent/Ports/L': 'changed in place' } },
    { what: 'without the endpoint group', to: { withGroup: false }, outcome: 'disruptive', changes: { 'Parent/Ports/L/G': 'deleted' } },
    {
      what: 'tags of the accelerator',
      to: { tags: { game: 'chess' } },
      outcome: 'harmless',
      changes: { 'Parent/Acc': 'changed in place' },
      see: report => expect(report.invented.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
        expect.arrayContaining(['template parameter Size', 'export made-elsewhere'])),
    },
  ],
};
