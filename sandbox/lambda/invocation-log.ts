import { InvocationFault, InvocationInfo } from './invocation-faults';

/** One attempt to run a function, and the custom resource that it was for. */
export interface InvocationRecord {
  readonly at: number;
  readonly requestId: string;
  readonly stackId?: string;
  readonly logicalId?: string;
  readonly fault?: InvocationFault;
}

const KEPT = 10_000;

/** The latest invocations, oldest first. */
export class InvocationLog {
  public readonly records: InvocationRecord[] = [];

  public add(at: number, { requestId, payload }: InvocationInfo, fault?: InvocationFault): void {
    const [, stackId] = /"stackId":"([^"]+)"/i.exec(payload) ?? [];
    const [, logicalId] = /"logicalResourceId":"([^"]+)"/i.exec(payload) ?? [];
    this.records.push({ at, requestId, stackId, logicalId, fault });
    if (this.records.length > KEPT) {
      this.records.shift();
    }
  }
}
