import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

/** A stack's event, as CloudFormation tells it. */
export interface StackEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly status: string;
  readonly reason?: string;
}

export interface Deployment {
  readonly succeeded: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** Those of this deployment, in their order. */
  readonly events: readonly StackEvent[];
}

/** Why a deployment failed. */
export function reasonOf({ events }: Deployment): string {
  return events.find(({ status, reason }) => status.endsWith('_FAILED') && reason)?.reason ?? 'no reason';
}

/** Where a client of the SDK goes. */
export interface ClientConfig {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Declares the stacks of a scenario. */
export type Declaration = (app: App, env: { readonly account: string; readonly region: string }) => void;

/** The account that is asked: AWS, or the sandbox in the tests. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  /** What whoever runs the plan has to bring, by name. */
  readonly inputs: Readonly<Record<string, string | undefined>>;
  /** Deploys one stack and those that it depends on. */
  deploy(declare: Declaration, stackName: string): Promise<Deployment>;
  /** Deletes one stack; does nothing if there is none. */
  destroy(declare: Declaration, stackName: string): Promise<void>;
  /** What a function has logged, a message a line. */
  logs(functionName: string): Promise<string[]>;
  /** Names of the stacks that begin like this. */
  stacks(prefix: string): Promise<string[]>;
  clientConfig(region?: string): ClientConfig;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}

/** Synthesizes into a new folder. @returns the cloud assembly */
export function synthesize(account: Account, declare: Declaration): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'cdk-multi-region-verify-')), analyticsReporting: false });
  declare(app, { account: account.accountId, region: account.region });
  return app.synth().directory;
}

/** What a call did: its answer, or the error's name and text. */
export type Outcome<T> = { readonly value: T } | { readonly error: string; readonly message: string };

const THROTTLING = /Throttling|TooManyRequests/;
const MAX_ATTEMPTS = 20;

/**
 * Calls a service. Clients are made with `maxAttempts: 1`, so that an error shows as the service gave it; throttling alone
 * is waited out here.
 */
export async function attempt<T>(account: Account, call: () => Promise<T>): Promise<Outcome<T>> {
  for (let attempts = 1; ; attempts++) {
    await account.sleep(1);
    try {
      return { value: await call() };
    } catch (error) {
      const { name, message } = error as Error;
      if (!THROTTLING.test(name) || attempts === MAX_ATTEMPTS) {
        return { error: name, message };
      }
    }
  }
}

export function errorOf(outcome: Outcome<unknown>): string {
  return 'error' in outcome ? outcome.error : 'no error';
}

/** For findings: an error with its text. */
export function tell(outcome: Outcome<unknown>): string {
  return 'error' in outcome ? `${outcome.error}: ${outcome.message}` : 'no error';
}

/** The answer of a call without which a scenario cannot go on. */
export function required<T>(what: string, outcome: Outcome<T>): T {
  if ('error' in outcome) {
    throw new Error(`${what}: ${tell(outcome)}`);
  }
  return outcome.value;
}

/** Looks until there is something to see. @returns it and the seconds that passed, or undefined when the time is over */
export async function poll<T>(
  account: Account, { every, limit }: { readonly every: number; readonly limit: number }, look: () => Promise<T | undefined>,
): Promise<{ readonly seen: T; readonly seconds: number } | undefined> {
  const start = account.now();
  for (;;) {
    const seen = await look();
    const seconds = Math.round((account.now() - start) / 1000);
    if (seen !== undefined) {
      return { seen, seconds };
    }
    if (seconds > limit) {
      return undefined;
    }
    await account.sleep(every);
  }
}
