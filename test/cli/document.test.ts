import * as fs from 'node:fs';
import * as path from 'node:path';
import { COMMAND_NAMES, DIRECTORY, SimulatedAccount, STANDBY_REGION, SUBNET } from './account';
import { READING_COMMANDS } from '../../cli/commands';
import { ACCOUNT } from '../sandbox/services/fake-service';

const DOCUMENT = fs.readFileSync(path.resolve(__dirname, '../../docs/cli.md'), 'utf8');

test('every command and option is in the document', () => {
  COMMAND_NAMES.forEach(name => expect(DOCUMENT).toContain(`\n## ${name}\n`));
  const options = READING_COMMANDS.flatMap(command => Object.entries(command.options));
  options.forEach(([name, { value }]) => expect(DOCUMENT).toContain(`| \`--${name} ${value}\` |`));
});

test('the statements of the document are enough for all commands but drift, and none is too many', async () => {
  const [, json] = /```json\n(.*?)```/s.exec(DOCUMENT)!;
  const statements = JSON.parse(json.replaceAll('ACCOUNT', ACCOUNT)) as { readonly Action: string | string[] }[];
  const account = new SimulatedAccount({ statements });
  const { accelerator } = await account.addAccelerator();
  await account.addStandbys({ user: 'jane' });
  account.ses.seed({ region: STANDBY_REGION, name: 'mail', secondaryRegion: 'us-east-1' });
  account.dispatcher.calls.length = 0;
  await account.rows('port-mappings', '--accelerator', accelerator);
  await account.rows('port-mappings', '--destination', '10.0.0.4', '--subnet', SUBNET);
  await account.rows('standby-status', '--directory', DIRECTORY);
  await account.rows('endpoint-status');
  await account.rows('endpoint-status', '--name', 'mail');
  const used = account.dispatcher.calls.flatMap(call => call.permissions.map(permission => permission.action));
  expect([...new Set(used)].sort()).toEqual(statements.flatMap(statement => statement.Action).sort());
});
