import type { InvocationContext, LifecycleFunction } from '../../lambda/lifecycle/function';
import { LambdaService, type LambdaServiceOptions } from '../../sandbox/lambda/lambda-service';
import type { FunctionError, InvocationInput, Outcome } from '../../sandbox/lambda/runtime';

/** What the code in one process of the function can see of it. */
export interface Process {
  /** False when the process was killed: nothing that its code still does may have an effect. */
  readonly alive: boolean;
  /** JSON text of the event that it works on. */
  readonly event: string;
  /** Number of the invocation, counted over the whole history. */
  readonly invocation: number;
  /** The process dies on the spot. */
  die(): void;
}

/** Makes the function's code for one process. */
export type CodeFactory = (process: Process) => LifecycleFunction;

/** A process of the function, as Lambda's execution environments are. It runs one invocation at a time. */
class InProcessEnvironment implements Process {
  public alive = true;
  public event = '';
  public invocation = 0;
  private readonly code: LifecycleFunction;
  private end?: (outcome: Outcome) => void;

  constructor(makeCode: CodeFactory, private readonly nextInvocation: () => number) {
    this.code = makeCode(this);
  }

  public get usable(): boolean {
    return this.alive;
  }

  public run(input: InvocationInput): Promise<Outcome> {
    this.event = input.event;
    this.invocation = this.nextInvocation();
    return new Promise(resolve => {
      this.end = resolve;
      this.execute(input).then(resolve, error => resolve({ error: describe(error as Error) }));
    });
  }

  public die(): void {
    this.kill({ errorType: 'Runtime.ExitError', errorMessage: 'Error: Runtime exited with error: signal: killed' });
  }

  public kill(error: FunctionError): void {
    this.alive = false;
    this.end?.({ error });
  }

  public discard(): void {
    this.alive = false;
  }

  private async execute(input: InvocationInput): Promise<Outcome> {
    const result = await this.code(JSON.parse(input.event), input.context as unknown as InvocationContext);
    return { payload: JSON.stringify(result) ?? 'null' };
  }
}

/** Lambda's rules with the function's code in this process, without a virtual machine. */
export class InProcessLambda extends LambdaService {
  constructor(options: LambdaServiceOptions, makeCode: CodeFactory) {
    super(options);
    let invocations = 0;
    const nextInvocation = () => ++invocations;
    // The rules of invocation stay those of the sandbox; only what runs the code is another.
    Reflect.set(this, 'runtime', { createEnvironment: () => new InProcessEnvironment(makeCode, nextInvocation) });
  }
}

function describe(error: Error): FunctionError {
  return { errorType: error?.name ?? 'Error', errorMessage: error?.message ?? String(error), trace: (error?.stack ?? '').split('\n') };
}
