import { DocumentRequest, parseCommandLine, Request } from './command-line';
import { COMMANDS } from './commands';
import { Environment, isDocumentCommand } from './commands/command';
import { explain, UsageError } from './failure';
import { render } from './format';

const OK = 0;
const SERVICE_ERROR = 1;
const USAGE = 2;

/** Runs one command line. @returns the exit code */
export async function main(args: readonly string[], environment: Environment): Promise<number> {
  try {
    const request = parseCommandLine(args, COMMANDS);
    if (request.help !== undefined) {
      environment.stdout.write(request.help);
      return OK;
    }
    if (isDocumentRequest(request)) {
      return await print(request, environment);
    }
    const report = await request.command.run(request.values, environment);
    environment.stdout.write(render(report, request.format, environment.stdout));
    [...report.notes ?? [], ...report.failures ?? []].forEach(text => environment.stderr.write(`${text}\n`));
    return report.exitCode ?? (report.failures?.length ? SERVICE_ERROR : OK);
  } catch (error) {
    environment.stderr.write(`${explain(error)}\n`);
    return error instanceof UsageError ? COMMANDS.find(({ name }) => name === args[0])?.usageExitCode ?? USAGE : SERVICE_ERROR;
  }
}

function isDocumentRequest(request: Exclude<Request, { help: string }>): request is DocumentRequest {
  return isDocumentCommand(request.command);
}

async function print({ command, operands, values, format }: DocumentRequest, { stdout, stderr }: Environment): Promise<number> {
  const { text, errors = [], exitCode } = await command.print(operands, values, format);
  stdout.write(text);
  errors.forEach(error => stderr.write(`${error}\n`));
  return exitCode;
}
