import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkHandlers, differences } from '../../scripts/packages/cloud-assembly';

const directories: string[] = [];

afterAll(() => directories.splice(0).forEach(directory => fs.rmSync(directory, { recursive: true })));

describe('differences', () => {
  const template = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } } } };

  test('the same templates have none, whatever the order of their keys', () => {
    const reordered = { Resources: { Queue: { Properties: { DelaySeconds: 1 }, Type: 'AWS::SQS::Queue' } } };
    expect(differences(assemblyOf({ Mail: template }), assemblyOf({ Mail: reordered }))).toEqual([]);
  });

  test('another value is one, with the resource', () => {
    const other = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 2 } } } };
    expect(differences(assemblyOf({ Mail: template }), assemblyOf({ Mail: other }))).toEqual([
      'Mail: Resources.Queue is {"Type":"AWS::SQS::Queue","Properties":{"DelaySeconds":2}} '
      + 'instead of {"Type":"AWS::SQS::Queue","Properties":{"DelaySeconds":1}}',
    ]);
  });

  test('a section or a stack that only one of them has is one', () => {
    const outputs = { ...template, Outputs: { Url: { Value: 'x' } } };
    expect(differences(assemblyOf({ Mail: template, Game: template }), assemblyOf({ Mail: outputs, Desktops: template }))).toEqual([
      'Game: missing', 'Mail: Outputs.Url is {"Value":"x"} instead of undefined', 'Desktops: not expected',
    ]);
  });

  test('an app that has not synthesized is an error', () => {
    expect(() => differences(assemblyOf({ Mail: template }), assemblyOf({}))).toThrow(/has no templates/);
  });
});

describe('checkHandlers', () => {
  const template = { Resources: { Function: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'abc.zip' } } } } };

  test('accepts an asset that exports a handler', async () => {
    const assembly = assemblyOf({ Mail: template });
    addAsset(assembly, 'exports.handler = () => undefined;');
    await expect(checkHandlers(assembly)).resolves.toBeUndefined();
  });

  test('refuses one that does not', async () => {
    const assembly = assemblyOf({ Mail: template });
    addAsset(assembly, '');
    await expect(checkHandlers(assembly)).rejects.toThrow('exports no handler: its type is undefined');
  });

  test('refuses one that lacks its file', async () => {
    const assembly = assemblyOf({ Mail: template });
    fs.mkdirSync(path.join(assembly, 'asset.abc'));
    await expect(checkHandlers(assembly)).rejects.toThrow("Cannot find module './index.js'");
  });

  test('refuses an app without functions: it would prove nothing', async () => {
    await expect(checkHandlers(assemblyOf({ Mail: { Resources: {} } }))).rejects.toThrow('No template');
  });
});

function assemblyOf(templates: Readonly<Record<string, object>>): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'assembly-'));
  directories.push(directory);
  for (const [stack, template] of Object.entries(templates)) {
    fs.writeFileSync(path.join(directory, `${stack}.template.json`), JSON.stringify(template));
  }
  return directory;
}

function addAsset(assembly: string, code: string): void {
  fs.mkdirSync(path.join(assembly, 'asset.abc'));
  fs.writeFileSync(path.join(assembly, 'asset.abc', 'index.js'), code);
}
