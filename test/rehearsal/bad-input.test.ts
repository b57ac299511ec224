import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { removeAssemblies, synth } from './synth';
import { NotRehearsed, rehearse } from '../../cli/rehearse';
import { asText } from '../../cli/rehearse/text';
import { MultiRegionEndpoint } from '../../src';

/*
 * Files that are missing or damaged are told by their names, and are no defect of the rehearsal.
 */
const version = (region?: string, secondaryRegion = 'eu-central-1') => synth(app => {
  new MultiRegionEndpoint(new Stack(app, 'Mail', { env: region ? { region, account: '111122223333' } : undefined }), 'Endpoint', { secondaryRegion });
});

let good: string;
let directory: string;

beforeAll(() => { good = version('eu-west-1'); });
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'rehearsal-')); });
afterEach(() => rmSync(directory, { recursive: true }));
afterAll(removeAssemblies);

/** @returns the directory of a copy */
function damage(file: string, content: string | undefined): string {
  cpSync(good, directory, { recursive: true });
  rmSync(join(directory, file));
  if (content !== undefined) {
    writeFileSync(join(directory, file), content);
  }
  return directory;
}

test.each([
  ['manifest.json', '{ broken', /manifest\.json is not valid JSON: .*Run `cdk synth --output .*` again\.$/],
  ['manifest.json', 'null', /manifest\.json has no JSON object\. Run `cdk synth/],
  ['manifest.json', '{}', /^The cloud assembly .* has no stacks\.$/],
  ['Mail.template.json', undefined, /is no complete cloud assembly: There is no .*Mail\.template\.json\. Run `cdk synth/],
  ['Mail.template.json', '[]', /Mail\.template\.json has no JSON object/],
  ['Mail.assets.json', undefined, /There is no .*Mail\.assets\.json/],
  ['Mail.metadata.json', '', /Mail\.metadata\.json is not valid JSON/],
])('%s is %s', async (file, content, message) => {
  const damaged = damage(file, content);
  const rehearsal = rehearse(good, damaged);
  await expect(rehearsal).rejects.toThrow(NotRehearsed);
  await expect(rehearsal).rejects.toThrow(message);
});

test('a template that CloudFormation refuses: the stack will fail, and stays as it is', async () => {
  const report = await rehearse(good, damage('Mail.template.json', '{"Resources":{"Endpoint":null}}'));
  expect(report).toMatchObject({ outcome: 'fails', stacks: [{ failure: { status: 'refused' } }], resources: [{ change: 'as before' }] });
  expect(asText(report)).toContain('    CloudFormation refuses the template; the stack stays as it is\n');
});

describe('the old version is a template', () => {
  const template = () => readFileSync(join(good, 'Mail.template.json'), 'utf8');

  test.each([
    ['Mail.template.json', template],
    ['Mail.json', () => `{"TemplateBody":${template()},"StagesAvailable":["Original"]}`],
  ])('%s', async (file, content) => {
    writeFileSync(join(directory, file), content());
    const report = await rehearse(join(directory, file), version('eu-west-1', 'us-east-1'));
    expect(report.resources).toMatchObject([{ path: 'Endpoint', change: 'replaced' }]);
  });

  test.each([
    ['Mail.yaml', 'Resources:\n  A:\n    Type: AWS::SNS::Topic\n', /Mail\.yaml is not valid JSON/],
    ['Mail.json', '{"StackName":"Mail"}', /Mail\.json is no template: it has no Resources\.$/],
    ['Other.json', '{}', /and no template of a stack of the new version: Mail\.template\.json\. .*name the template like its stack\.$/],
  ])('%s: %s', async (file, content, message) => {
    writeFileSync(join(directory, file), content);
    await expect(rehearse(join(directory, file), good)).rejects.toThrow(message);
  });

  test('the new one must not be', async () => {
    mkdirSync(join(directory, 'empty'));
    await expect(rehearse(good, join(directory, 'empty'))).rejects.toThrow(/is no cloud assembly: it has no manifest\.json\. Pass the output directory/);
  });
});

test('a template parameter that no stack has', async () => {
  await expect(rehearse(good, good, { parameters: { Size: '3' } })).rejects.toThrow("No stack has a template parameter 'Size'. There are BootstrapVersion.");
});

test('a stack that is deployed in another Region from now on stays where it was', async () => {
  const report = await rehearse(version(), version('eu-west-1'));
  expect(report.resources.map(({ stack, change }) => [stack, change])).toEqual([['Mail in us-east-1', 'as before'], ['Mail', 'created']]);
  expect(asText(report)).toContain('Mail in us-east-1: is not deployed, and stays as it is\n');
});
