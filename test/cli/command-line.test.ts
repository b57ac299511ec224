import * as fs from 'node:fs';
import * as path from 'node:path';
import { COMMAND_NAMES, isRead, SimulatedAccount } from './account';

const MAX_WIDTH = 100;
const ACCELERATOR = 'arn:aws:globalaccelerator::111122223333:accelerator/a';

test('the commands', () => {
  expect(COMMAND_NAMES).toEqual(['port-mappings', 'standby-status', 'endpoint-status', 'drift']);
});

test('there is no call in the code that changes anything', () => {
  const folder = path.resolve(__dirname, '../../cli');
  const code = fs.readdirSync(folder, { recursive: true }).map(String).filter(file => file.endsWith('.ts'))
    .map(file => fs.readFileSync(path.join(folder, file), 'utf8')).join('\n');
  const operations = [...code.matchAll(/\b(\w+)Command\b(?=\()/g)].map(([, operation]) => operation);
  expect(operations).toContain('DescribeWorkspaces');
  expect(operations.filter(operation => /^[A-Z]/.test(operation) && !isRead(operation))).toEqual([]);
});

test.each([['--help'], ['-h'], ['help']])('%s tells all commands, the exit codes, and that nothing is changed', async option => {
  const { exitCode, stdout, stderr } = await new SimulatedAccount().run(option);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  COMMAND_NAMES.forEach(name => expect(stdout).toContain(`  ${name} `));
  expect(stdout).toContain('no command changes anything');
  expect(stdout).toContain('Exit code: 0 all was read, 1 a call of AWS failed, 2 the command line is wrong.');
});

test.each(['--version', '-v'])('%s tells the version of the package', async option => {
  const { version } = JSON.parse(fs.readFileSync(path.resolve(__dirname, '../../package.json'), 'utf8'));
  expect(await new SimulatedAccount().run(option)).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
});

describe.each(COMMAND_NAMES)('%s', name => {
  test('--help tells its options and permissions and calls nothing', async () => {
    const account = new SimulatedAccount();
    const { exitCode, stdout } = await account.run(name, '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(stdout.split('\n').filter(line => line.length > MAX_WIDTH)).toEqual([]);
    expect(account.operations()).toEqual([]);
  });

  test.each([
    ['an unknown option', ['--colour', 'red'], "Unknown option '--colour'."],
    ['an option without its value', ['--format'], "Option '--format <value>' argument missing."],
    ['an unknown format', ['--format', 'xml'], "--format is 'xml', but it takes table, json, csv."],
    ['an option that is given twice', ['--format', 'csv', '--format', 'json'], '--format is given 2 times, but it takes one value.'],
    ['an argument that belongs to no option', ['mine'], "Unexpected argument 'mine'."],
  ])('%s is refused', async (_, args, problem) => {
    const { exitCode, stdout, stderr } = await new SimulatedAccount().run(name, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: name === 'drift' ? 1 : 2, stdout: '' });
    expect(stderr).toBe(`cdk-multi-region: ${problem} \`cdk-multi-region ${name} --help\` lists the options.\n`);
  });
});

test.each([
  ['no stack', [], 'Which stacks?'],
  ['an ARN of something else', ['--stack', 'not a stack'], "--stack is 'not a stack', but it takes the name of a stack"],
  ['a directory without a cloud assembly', ['--assembly', 'nowhere'], 'nowhere is no cloud assembly: it has no manifest.json.'],
  ['a city for a Region', ['--stack', 'Mail', '--region', 'Dublin'], 'takes a Region such as eu-west-1'],
])('drift with %s is a usage error, which is not the exit code of drift', async (_, args, problem) => {
  const { exitCode, stdout, stderr } = await new SimulatedAccount().run('drift', ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(problem);
});

test.each([
  ['no command', [], 'Which command?'],
  ['an unknown command', ['delete-everything'], "There is no command 'delete-everything'"],
  ['no accelerator', ['port-mappings'], 'Which accelerator?'],
  ['a destination without its subnet', ['port-mappings', '--destination', '10.0.0.4'], 'Which accelerator?'],
  ['a listener for an accelerator', ['port-mappings', '--accelerator', `${ACCELERATOR}/listener/b`], 'takes the ARN of an accelerator'],
  ['a group of another accelerator',
    ['port-mappings', '--accelerator', ACCELERATOR, '--endpoint-group', `${ACCELERATOR}2/listener/b/endpoint-group/c`], 'Leave one of them out'],
  ['a host name', ['port-mappings', '--accelerator', ACCELERATOR, '--destination', 'host:80'], 'takes an IPv4 address'],
  ['a port of 65536', ['port-mappings', '--accelerator', ACCELERATOR, '--destination', '10.0.0.4:65536'], 'takes an IPv4 address'],
  ['port 0', ['port-mappings', '--accelerator', ACCELERATOR, '--destination', '10.0.0.4:0'], 'takes an IPv4 address'],
  ['a VPC for a subnet', ['port-mappings', '--accelerator', ACCELERATOR, '--subnet', 'vpc-01234567'], 'takes the id of a subnet'],
  ['a Region for an accelerator', ['port-mappings', '--accelerator', ACCELERATOR, '--region', 'eu-west-1'], "Unknown option '--region'"],
  ['no standbys', ['standby-status'], 'Which standbys?'],
  ['a directory and standbys', ['standby-status', '--directory', 'd-9367000001', '--workspace', 'ws-123456789'], 'Which standbys?'],
  ['a user for a WorkSpace', ['standby-status', '--workspace', 'jane'], "--workspace is 'jane', but it takes the id of a WorkSpace"],
  ['a user for a directory', ['standby-status', '--directory', 'jane'], 'takes the id of a directory'],
  ['a city for a Region', ['standby-status', '--directory', 'd-9367000001', '--region', 'Dublin'], 'takes a Region such as eu-west-1'],
  ['a domain for a name', ['endpoint-status', '--name', 'mail.example.com'], 'takes a name of'],
  ['a name for an account', ['endpoint-status', '--account', 'production'], 'takes an account id'],
])('%s is a usage error, and nothing is called', async (_, args, problem) => {
  const account = new SimulatedAccount();
  const { exitCode, stdout, stderr } = await account.run(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(problem);
  expect(account.operations()).toEqual([]);
});
