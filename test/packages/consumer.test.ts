import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkHandlers } from '../../scripts/packages/cloud-assembly';
import * as auroraDsql from '../../src/wire/aurora-dsql';
import * as globalAccelerator from '../../src/wire/global-accelerator';
import * as ses from '../../src/wire/ses';
import * as systemsManager from '../../src/wire/systems-manager';
import * as transitGateway from '../../src/wire/transit-gateway';
import * as workspaces from '../../src/wire/workspaces';

const LANGUAGES_WITH_FILES: Readonly<Record<string, string>> = {
  Python: 'python/app.py', Java: 'java/src/main/java/Consumer.java', Go: 'go/main.go',
};
const CONSUMERS = path.resolve(__dirname, '..', 'consumer');

let assembly: string;

beforeAll(() => {
  assembly = fs.mkdtempSync(path.join(os.tmpdir(), 'consumer-'));
  process.env.CDK_OUTDIR = assembly;
  jest.requireActual('../consumer/typescript/app');
  delete process.env.CDK_OUTDIR;
});

afterAll(() => fs.rmSync(assembly, { recursive: true }));

test('the app that every language has declares all resource types of the library', () => {
  const wanted = Object.entries({ ...auroraDsql, ...globalAccelerator, ...ses, ...systemsManager, ...transitGateway, ...workspaces })
    .flatMap(([name, type]) => name.endsWith('_TYPE') ? String(type) : []);

  expect(wanted).not.toHaveLength(0);
  expect([...customTypesIn(assembly)].sort()).toEqual(wanted.sort());
});

test('its assets hold handlers', async () => {
  await expect(checkHandlers(assembly)).resolves.toBeUndefined();
});

test.each(Object.entries(LANGUAGES_WITH_FILES))('the app in %s has the same stacks', (_, file) => {
  const source = fs.readFileSync(path.join(CONSUMERS, file), 'utf8');
  const stacks = fs.readdirSync(assembly).flatMap(name => name.endsWith('.template.json') ? path.parse(name).name.split('.')[0] : []);

  expect(stacks.filter(stack => !source.includes(`"${stack}"`))).toEqual([]);
});

function customTypesIn(directory: string): Set<string> {
  const templates = fs.readdirSync(directory).filter(file => file.endsWith('.template.json'))
    .map(file => JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8')) as { readonly Resources: Record<string, { readonly Type: string }> });
  const types = templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  return new Set(types.filter(type => type.startsWith('Custom::')));
}
