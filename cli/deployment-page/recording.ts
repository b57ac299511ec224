import { markOfAnswer, markOfCall, markOfFault } from './marks';
import { Mark } from './model';
import { StackEvent } from '../../sandbox/cloudformation/stack';
import type { Sandbox } from '../../sandbox/sandbox';

/** What happened in a deployment. */
export interface Recorded {
  /** In order. */
  readonly events: readonly StackEvent[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** By stack id and logical id. */
  readonly marks: ReadonlyMap<string, readonly Mark[]>;
}

interface Entry {
  readonly record: object;
  readonly stackId: string;
  readonly logicalId: string;
  readonly at: number;
  readonly mark: Omit<Mark, 'at'>;
}

/** Of a sandbox's records, those that are made while it runs. Simulated time stands still between two deployments, so it does not tell them apart. */
export class Recording {
  private readonly from: number;
  private readonly firstEvent: number;
  private readonly earlier: ReadonlySet<object>;

  constructor(private readonly sandbox: Sandbox) {
    this.from = sandbox.clock.now();
    this.firstEvent = sandbox.events.length;
    this.earlier = new Set(this.entries().map(({ record }) => record));
  }

  public stop(): Recorded {
    const { sandbox, from, earlier } = this;
    const marks = new Map<string, Mark[]>();
    for (const { stackId, logicalId, at, mark } of this.entries().filter(({ record }) => !earlier.has(record))) {
      const key = `${stackId} ${logicalId}`;
      marks.set(key, [...marks.get(key) ?? [], { at: (at - from) / 1000, ...mark }]);
    }
    return { events: sandbox.events.slice(this.firstEvent), from, to: sandbox.clock.now(), marks };
  }

  /** What has been recorded since the begin and belongs to a custom resource. */
  private entries(): Entry[] {
    const { from, sandbox: { calls, customResourceRequests, lambda: { invocations: { records } } } } = this;
    const invocations = new Map(records.map(record => [record.requestId, record]));
    return [
      ...calls.filter(({ at, invocationId }) => at >= from && invocationId !== undefined).map(call => {
        const { stackId = '', logicalId = '' } = invocations.get(call.invocationId!) ?? {};
        return { record: call, stackId, logicalId, at: call.at, mark: markOfCall(call) };
      }),
      ...records.filter(({ at, fault }) => at >= from && fault !== undefined).map(record => {
        const { stackId = '', logicalId = '', at, fault } = record;
        return { record, stackId, logicalId, at, mark: markOfFault(fault!) };
      }),
      ...customResourceRequests.flatMap(({ event, answers }) => answers.filter(({ at }) => at >= from).map(answer =>
        ({ record: answer, stackId: event.StackId, logicalId: event.LogicalResourceId, at: answer.at, mark: markOfAnswer(event, answer) }))),
    ];
  }
}
