import { readFileSync } from 'fs';
import { join } from 'path';
import { CfnResource, Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { appToValidate, findings } from './findings';
import { addDefaultStacks } from '../scripts/scanners/stacks';
import { differences, rowsOf, type Finding } from '../scripts/scanners/table';

/** By the names of the table. */
const PACKS = {
  'AwsSolutions': AwsSolutionsChecks,
  'HIPAA.Security': HIPAASecurityChecks,
  'NIST.800.53.R5': NIST80053R5Checks,
  'PCI.DSS.321': PCIDSS321Checks,
  'Serverless': ServerlessChecks,
};

/** `where: rule, description` as a row of the table. */
function findingOf(app: App, scanner: string, text: string): Finding {
  const [, constructPath, rule] = /^([^:]+): ([^,]+), /.exec(text)!;
  const construct = app.node.findAll().find(({ node }) => node.path === constructPath);
  const resource = construct && CfnResource.isCfnResource(construct) ? construct : construct?.node.defaultChild as CfnResource | undefined;
  return { scanner, rule, resource: resource?.cfnResourceType ?? constructPath };
}

test.each(Object.entries(PACKS))('docs/scanners.md has what %s finds with default settings, and nothing else', (scanner, Pack) => {
  const app = appToValidate();
  addDefaultStacks(app);
  Validations.of(app).addPlugins(new Pack(app));
  const found = findings(app).filter(text => text.includes(`: ${scanner}-`)).map(text => findingOf(app, scanner, text));

  expect(differences(found, rowsOf(readFileSync(join(__dirname, '..', 'docs', 'scanners.md'), 'utf8')), [scanner])).toEqual([]);
}, 120_000);
