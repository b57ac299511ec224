import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

export interface Grant {
  readonly stack: string;
  readonly role: string;
  readonly action: string;
  readonly resource: unknown;
}

/** Providers, and the policies that single resources attach to them. */
const OURS = /^MultiRegion(Ses|GlobalAccelerator|WorkSpaces|SystemsManager|TransitGateway|AuroraDsql)/;

/** What the library grants to its own roles in an example. */
export function grantsOf(build: (app: App) => App): Grant[] {
  const app = build(new App({ context: { 'aws:cdk:bundling-stacks': [] } }));
  return app.node.findAll().filter(Stack.isStack).flatMap(stack => {
    const { Resources = {} } = Template.fromStack(stack).toJSON() as { Resources?: Record<string, any> };
    const ours = Object.entries(Resources).filter(([id, { Properties }]) => OURS.test(id) || OURS.test(Properties?.Roles?.[0]?.Ref ?? ''));
    return ours.flatMap(([role, { Type, Properties }]) => documentsOf(Type, Properties).flatMap(document =>
      document.Statement.flatMap((statement: any) => [statement.Action].flat().flatMap((action: string) =>
        [statement.Resource].flat().map((resource: unknown) => ({ stack: stack.stackName, role, action, resource }))))));
  });
}

function documentsOf(type: string, properties: any): any[] {
  switch (type) {
    case 'AWS::IAM::Role': return (properties.Policies ?? []).map((policy: any) => policy.PolicyDocument);
    case 'AWS::IAM::Policy': return [properties.PolicyDocument];
    default: return [];
  }
}
