/// <reference types="jest" />
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { globalMail } from '../main';

/** The function, the roles and the state machine that cdk-multi-region adds to a stack. */
const PROVIDER = /^MultiRegion(Ses|GlobalAccelerator|WorkSpaces)/;
const ASSET = /\b[0-9a-f]{64}(?=\.zip\b)/g;

interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Outputs?: object;
}

/**
 * What of a template is the app's own: neither the hashes of assets, which change with every version of a library or a
 * bundler, nor the inside of a provider, which the library answers for. Its logical ids stay: a change of theirs would matter.
 */
function ownTemplate(stack: Stack): object {
  const { Resources, Outputs } = Template.fromStack(stack).toJSON() as CloudFormationTemplate;
  const resources = Object.entries(Resources).map(([id, resource]) => [id, PROVIDER.test(id) ? { Type: resource.Type } : resource]);
  return JSON.parse(JSON.stringify({ Resources: Object.fromEntries(resources), Outputs }).replace(ASSET, 'asset')) as object;
}

test.each(['GlobalMail', 'Campaign'])('the template of %s is the one that was reviewed', id => {
  // Bundling would add seconds and nothing to see.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  // Not the account and the Region that happen to be set on this machine.
  globalMail(app, { env: { account: '111122223333', region: 'eu-west-1' } });

  expect(ownTemplate(app.node.findChild(id) as Stack)).toMatchSnapshot();
});
