import type { GlobalAcceleratorClient } from '@aws-sdk/client-global-accelerator';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { WorkSpacesClient } from '@aws-sdk/client-workspaces';

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = typeof FORMATS[number];
export const DOCUMENT_FORMATS = ['text', 'json'] as const;
export type DocumentFormat = typeof DOCUMENT_FORMATS[number];

/** What a client has to be able to do here. */
export type GlobalAcceleratorCalls = Pick<GlobalAcceleratorClient, 'send'>;
export type WorkSpacesCalls = Pick<WorkSpacesClient, 'send'>;
export type SesCalls = Pick<SESv2Client, 'send'>;

/** The AWS account. */
export interface Services {
  /**
   * The Region to work in: the given one, or that of the environment.
   *
   * @throws UsageError if there is none
   */
  region(given?: string): Promise<string>;
  /** The account's id, if the credentials tell it. */
  accountId(): Promise<string | undefined>;
  globalAccelerator(): GlobalAcceleratorCalls;
  workSpaces(region: string): WorkSpacesCalls;
  ses(region: string): SesCalls;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Environment {
  readonly services: Services;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Option {
  /** What stands for the value in the help, e.g. `ARN`. @default - it takes no value */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

/** By the option's name without dashes; only what was given. */
export type OptionValues = Readonly<Record<string, readonly string[] | undefined>>;

export type Value = string | number | boolean | readonly string[] | undefined;
export type Row = Readonly<Record<string, Value>>;

export interface Column {
  /** Name of the member in JSON and of the column in CSV. */
  readonly key: string;
  /** Heading in the table. */
  readonly title: string;
  /** How the table shows the value. @default - as CSV does */
  readonly show?: (value: Value) => string;
  /** Whether JSON and CSV have it only. @default false */
  readonly detail?: boolean;
}

export interface Report {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** What the table says if there are no rows. */
  readonly nothing: string;
  /** What a person should know besides; goes to stderr. */
  readonly notes?: readonly string[];
  /** What could not be read; goes to stderr, and the exit code is 1. */
  readonly failures?: readonly string[];
  /** @default - 1 if there are failures, else 0 */
  readonly exitCode?: number;
}

/** What a command says that is no table. */
export interface Document {
  readonly text: string;
  /** What could not be done; goes to stderr. */
  readonly errors?: readonly string[];
  readonly exitCode: number;
}

interface CommandDescription {
  readonly name: string;
  readonly summary: string;
  /** What follows the command's name, one line for each way to use it. */
  readonly synopsis: readonly string[];
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  /** @default - those of all commands */
  readonly exitCodes?: string;
  /** Exit code for a command line that is wrong. @default 2 */
  readonly usageExitCode?: number;
}

/** Reads an account and prints a table. */
export interface TableCommand extends CommandDescription {
  /** IAM actions and their resources, one line each. */
  readonly permissions: readonly string[];
  run(values: OptionValues, environment: Pick<Environment, 'services' | 'now'>): Promise<Report>;
}

/** Reads files and prints a document. */
export interface DocumentCommand extends CommandDescription {
  /** How many arguments that belong to no option it takes. */
  readonly operands: { readonly min: number; readonly max: number };
  readonly exitCodes: string;
  print(operands: readonly string[], values: OptionValues, format: DocumentFormat): Promise<Document>;
}

export type Command = TableCommand | DocumentCommand;

export function isDocumentCommand(command: Command): command is DocumentCommand {
  return 'print' in command;
}
