import { parseCommandLine } from './command-line';
import { COMMANDS } from './commands';
import { Environment } from './commands/command';
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
    const report = await request.command.run(request.values, environment);
    environment.stdout.write(render(report, request.format, environment.stdout));
    [...report.notes ?? [], ...report.failures ?? []].forEach(text => environment.stderr.write(`${text}\n`));
    return report.failures?.length ? SERVICE_ERROR : OK;
  } catch (error) {
    environment.stderr.write(`${explain(error)}\n`);
    return error instanceof UsageError ? USAGE : SERVICE_ERROR;
  }
}
