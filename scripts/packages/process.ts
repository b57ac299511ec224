import { execFile } from 'node:child_process';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const SHOWN_LINES = 40;
/** Enough for a message; a stack trace may quote a line of minified code. */
const SHOWN_COLUMNS = 300;

export interface RunOptions {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end and gives its standard output. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const environment = { ...process.env, ...options.environment };
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: options.directory, env: environment, maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (!error) {
        return resolve(stdout);
      }
      reject(new Error(`${[program, ...args].join(' ')} failed with ${error.code ?? error.signal}:\n${shown(`${stdout}\n${stderr}`)}`));
    });
  });
}

/** Whether there is such a program and it succeeds. */
export function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args).then(() => true, () => false);
}

function shown(output: string): string {
  return output.trim().split('\n').slice(-SHOWN_LINES).map(line => line.slice(0, SHOWN_COLUMNS)).join('\n');
}
