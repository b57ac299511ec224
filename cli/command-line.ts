import { parseArgs } from 'node:util';
import {
  Command, DOCUMENT_FORMATS, DocumentCommand, DocumentFormat, Format, FORMATS, isDocumentCommand, Option, OptionValues, TableCommand,
} from './commands/command';
import { UsageError } from './failure';
import { packageVersion } from './version';

/** What a command line asks for: a text, or a command with its values. */
export type Request = { readonly help: string } | TableRequest | DocumentRequest;

export interface TableRequest {
  readonly help?: undefined;
  readonly command: TableCommand;
  readonly values: OptionValues;
  readonly format: Format;
}

export interface DocumentRequest {
  readonly help?: undefined;
  readonly command: DocumentCommand;
  readonly operands: readonly string[];
  readonly values: OptionValues;
  readonly format: DocumentFormat;
}

interface Tokens {
  readonly help?: boolean;
  readonly operands: readonly string[];
  readonly values: Record<string, readonly string[]>;
}

const PROGRAM = 'cdk-multi-region';
const READ_ONLY = 'It only reads: no command changes anything in your account.';

export function parseCommandLine(args: readonly string[], commands: readonly Command[]): Request {
  const [name, ...rest] = args;
  if (name === undefined) {
    throw new UsageError(`Which command? There are ${listOf(commands)}; \`${PROGRAM} --help\` describes them.`);
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    return { help: overview(commands) };
  }
  if (name === '--version' || name === '-v') {
    return { help: `${packageVersion()}\n` };
  }
  const command = commands.find(one => one.name === name);
  if (!command) {
    throw new UsageError(`There is no command '${name}', only ${listOf(commands)}; \`${PROGRAM} --help\` describes them.`);
  }
  return parseOptions(command, rest);
}

function parseOptions(command: Command, args: readonly string[]): Request {
  const { help, operands, values } = tokensOf(command, args);
  if (help) {
    return { help: manual(command) };
  }
  for (const [name, list] of Object.entries(values)) {
    if (list.length > 1 && !command.options[name]?.multiple) {
      throw usage(command, `--${name} is given ${list.length} times, but it takes one value.`);
    }
  }
  if (!isDocumentCommand(command)) {
    return { command, values, format: formatOf(command, FORMATS, values.format?.[0]) };
  }
  const { min, max } = command.operands;
  if (operands.length < min || operands.length > max) {
    throw usage(command, `It takes ${min} to ${max} arguments, ${command.synopsis[0].replace(' [options]', '')}, not ${operands.length}.`);
  }
  return { command, operands, values, format: formatOf(command, DOCUMENT_FORMATS, values.format?.[0]) };
}

function tokensOf(command: Command, args: readonly string[]): Tokens {
  try {
    const { values: { help, ...values }, positionals } = parseArgs({
      args: [...args],
      allowPositionals: isDocumentCommand(command),
      options: {
        // All of them may repeat here, so that a value that is given twice by mistake is not lost without a word.
        ...Object.fromEntries(Object.entries(optionsOf(command)).map(([name, { value }]) =>
          [name, { type: value === undefined ? 'boolean' as const : 'string' as const, multiple: true }])),
        help: { type: 'boolean', short: 'h' },
      },
    });
    return { help: Boolean(help), operands: positionals, values: values as Record<string, any> };
  } catch (error) {
    // Node's first sentence says what is wrong, the others are advice for other programs.
    const [problem] = (error as Error).message.split(/\.\s/, 1);
    throw usage(command, `${problem.replace(/\.$/, '')}.`);
  }
}

function formatOf<T extends string>(command: Command, formats: readonly T[], format: string = formats[0]): T {
  const known = formats.find(one => one === format);
  if (!known) {
    throw usage(command, `--format is '${format}', but it takes ${formats.join(', ')}.`);
  }
  return known;
}

function optionsOf(command: Command): Readonly<Record<string, Option>> {
  const formats: readonly string[] = isDocumentCommand(command) ? DOCUMENT_FORMATS : FORMATS;
  return { ...command.options, format: { value: formats.join('|'), help: `how to print; ${formats[0]} without it` } };
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
    'Looks at the multi-Region resources of an AWS account, and rehearses changes of your app.',
    READ_ONLY,
    '',
    'Commands:',
    ...twoColumns(commands.map(command => [command.name, command.summary])),
    '',
    `Options of a command: ${PROGRAM} <command> --help`,
    `Version of the program: ${PROGRAM} --version`,
    '',
    'Credentials, Region and endpoints are those of the AWS SDK: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ...',
    'Exit code: 0 all was read, 1 a call of AWS failed, 2 the command line is wrong.',
    'drift and rehearse have further ones; rehearse needs no account.',
  );
}

function manual(command: Command): string {
  const options = Object.entries(optionsOf(command));
  return lines(
    ...command.synopsis.map((synopsis, index) => `${index === 0 ? 'Usage:' : '      '} ${PROGRAM} ${command.name} ${synopsis}`),
    '',
    command.description,
    ...isDocumentCommand(command) ? [] : [READ_ONLY],
    '',
    'Options:',
    ...twoColumns([...options.map(([name, { value, help }]) => [[`--${name}`, value].filter(Boolean).join(' '), help] as const), ['--help', 'this text']]),
    '',
    ...isDocumentCommand(command) ? [] : ['Permissions:', ...command.permissions.map(text => `  ${text}`)],
    ...command.exitCodes === undefined ? [] : [
      ...isDocumentCommand(command) ? [] : [''], 'Exit code:', ...command.exitCodes.split('\n').map(text => `  ${text}`),
    ],
  );
}

function twoColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
