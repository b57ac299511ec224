import { TimeSource } from './virtual-globals';

export interface VirtualProcessOptions {
  readonly environment: Record<string, string>;
  readonly time: TimeSource;
  /** Called with what the code writes to stdout and stderr. */
  readonly write: (text: string) => void;
  /** Called for `process.exit` and its like. */
  readonly exit: (code: number) => void;
}

const LISTENER_METHODS = [
  'on', 'once', 'off', 'addListener', 'removeListener', 'removeAllListeners', 'prependListener', 'prependOnceListener',
];

/** The `process` of a Lambda function: its own environment, output, time and life; everything else is the host's. */
export function virtualProcess(options: VirtualProcessOptions): NodeJS.Process {
  const { environment, time, write } = options;
  const startedAt = time.now();
  const stream = { write: (text: unknown) => (write(String(text)), true), isTTY: false, on: () => stream };
  const exit = (code: number = 0) => {
    options.exit(code);
    throw new Error(`process.exit(${code})`);
  };
  const self: object = Object.create(process, values({
    env: { ...environment },
    argv: ['node', 'bootstrap'],
    exitCode: undefined,
    stdout: stream,
    stderr: stream,
    hrtime: virtualHrtime(time, startedAt),
    uptime: () => (time.now() - startedAt) / 1000,
    cwd: () => '/var/task',
    emitWarning: (warning: unknown) => write(`(node) Warning: ${String(warning)}\n`),
    exit,
    abort: () => exit(134),
    reallyExit: exit,
  }));
  // Listeners of the code would stay with the host when the code is long gone.
  const inert = Object.fromEntries(LISTENER_METHODS.map(method => [method, () => self]));
  return Object.defineProperties(self, values({ ...inert, emit: () => false })) as NodeJS.Process;
}

function virtualHrtime(time: TimeSource, startedAt: number): NodeJS.HRTime {
  const nanoseconds = () => BigInt(Math.round((time.now() - startedAt) * 1e6));
  const hrtime = (since?: [number, number]): [number, number] => {
    const elapsed = nanoseconds() - (since ? BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]) : 0n);
    return [Number(elapsed / 1_000_000_000n), Number(elapsed % 1_000_000_000n)];
  };
  return Object.assign(hrtime, { bigint: nanoseconds });
}

function values(properties: Record<string, unknown>): PropertyDescriptorMap {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) =>
    [name, { value, writable: true, configurable: true, enumerable: true }]));
}

