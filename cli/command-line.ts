import { parseArgs } from 'node:util';
import { Command, FORMATS, Format, OptionValues } from './commands/command';
import { UsageError } from './failure';

/** What a command line asks for: a text, or a command with its values. */
export type Request = { readonly help: string } | {
  readonly help?: undefined;
  readonly command: Command;
  readonly values: OptionValues;
  readonly format: Format;
};

const PROGRAM = 'cdk-multi-region';
const READ_ONLY = 'It only reads: no command changes anything in your account.';
const COMMON_OPTIONS = {
  format: { value: FORMATS.join('|'), help: 'how to print; table without it' },
};

export function parseCommandLine(args: readonly string[], commands: readonly Command[]): Request {
  const [name, ...rest] = args;
  if (name === undefined) {
    throw new UsageError(`Which command? There are ${listOf(commands)}; \`${PROGRAM} --help\` describes them.`);
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    return { help: overview(commands) };
  }
  const command = commands.find(one => one.name === name);
  if (!command) {
    throw new UsageError(`There is no command '${name}', only ${listOf(commands)}; \`${PROGRAM} --help\` describes them.`);
  }
  return parseOptions(command, rest);
}

function parseOptions(command: Command, args: readonly string[]): Request {
  const { help, ...given } = tokensOf(command, args);
  if (help) {
    return { help: manual(command) };
  }
  const values: Record<string, readonly string[]> = given;
  for (const [name, list] of Object.entries(values)) {
    if (list.length > 1 && !command.options[name]?.multiple) {
      throw usage(command, `--${name} is given ${list.length} times, but it takes one value.`);
    }
  }
  return { command, values, format: formatOf(command, values.format?.[0]) };
}

function tokensOf(command: Command, args: readonly string[]): { readonly help?: boolean } & Record<string, any> {
  const names = Object.keys({ ...command.options, ...COMMON_OPTIONS });
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        // All of them may repeat here, so that a value that is given twice by mistake is not lost without a word.
        ...Object.fromEntries(names.map(name => [name, { type: 'string' as const, multiple: true }])),
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    // Node's first sentence says what is wrong, the others are advice for other programs.
    const [problem] = (error as Error).message.split(/\.\s/, 1);
    throw usage(command, `${problem.replace(/\.$/, '')}.`);
  }
}

function formatOf(command: Command, format: string = 'table'): Format {
  const known = FORMATS.find(one => one === format);
  if (!known) {
    throw usage(command, `--format is '${format}', but it takes ${FORMATS.join(', ')}.`);
  }
  return known;
}

function usage(command: Command, problem: string): UsageError {
  return new UsageError(`${problem} \`${PROGRAM} ${command.name} --help\` lists the options.`);
}

function listOf(commands: readonly Command[]): string {
  return commands.map(command => command.name).join(', ');
}

function overview(commands: readonly Command[]): string {
  return lines(
    `Usage: ${PROGRAM} <command> [options]`,
    '',
    'Looks at the multi-Region resources of an AWS account.',
    READ_ONLY,
    '',
    'Commands:',
    ...twoColumns(commands.map(command => [command.name, command.summary])),
    '',
    `Options of a command: ${PROGRAM} <command> --help`,
    '',
    'Credentials, Region and endpoints are those of the AWS SDK: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ...',
    'Exit code: 0 all was read, 1 a call of AWS failed, 2 the command line is wrong.',
  );
}

function manual(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  return lines(
    ...command.synopsis.map((synopsis, index) => `${index === 0 ? 'Usage:' : '      '} ${PROGRAM} ${command.name} ${synopsis}`),
    '',
    command.description,
    READ_ONLY,
    '',
    'Options:',
    ...twoColumns([...options.map(([name, option]) => [`--${name} ${option.value}`, option.help] as const), ['--help', 'this text']]),
    '',
    'Permissions:',
    ...command.permissions.map(text => `  ${text}`),
  );
}

function twoColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
