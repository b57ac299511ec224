import { Colour, Part, Screen, Terminal } from './terminal';
import { duration } from '../cli/deployment-page/duration';
import { StackEvent } from '../sandbox/cloudformation/stack';
import { InventoryItem } from '../sandbox/services/service';

export type { Screen } from './terminal';

export interface ViewOptions {
  /** Prints each event and all outputs. */
  readonly verbose?: boolean;
  /** Simulated time, milliseconds since the epoch. */
  now(): number;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MILLISECONDS = 100;

/** Shows a deployment as `cdk deploy` does on a terminal, one line per step in a pipe, and results as tables. */
export class View {
  private readonly terminal: Terminal;
  /** Resources that CloudFormation waits for, by stack and logical id. */
  private readonly underWay = new Map<string, StackEvent>();
  private readonly touched = new Set<string>();
  private startedAt = 0;
  private title = '';
  private stackStatus?: string;
  private frame = 0;
  private timer?: NodeJS.Timeout;

  constructor(screen: Screen, private readonly options: ViewOptions) {
    this.terminal = new Terminal(screen);
  }

  /** Name of an example and what it will do. */
  public contents(name: string, summary: string, steps: readonly string[]): void {
    this.terminal.line('');
    this.terminal.line(['bold', name], ['dim', `  ${summary}`]);
    steps.forEach((step, index) => this.terminal.line(['dim', `  ${index + 1}. ${step}`]));
    this.terminal.line('');
  }

  public begin(title: string): void {
    Object.assign(this, { title, startedAt: this.options.now(), stackStatus: undefined });
    this.underWay.clear();
    this.touched.clear();
    if (this.terminal.isLive || this.options.verbose) {
      this.terminal.line(['bold', title]);
    }
    if (this.terminal.isLive) {
      this.timer = setInterval(() => this.showUnderWay(), FRAME_MILLISECONDS).unref();
    }
  }

  /** The step is over: says, and returns, in which status the last stack ended that had anything to do. */
  public end(): { readonly status: string; readonly text: string } {
    this.close();
    const status = this.stackStatus ?? 'no change';
    const resources = `${this.touched.size} resource${this.touched.size === 1 ? '' : 's'}`;
    const took = elapsed(this.options.now() - this.startedAt).trim();
    const title: Part = this.terminal.isLive || this.options.verbose ? '' : ['bold', `${this.title}: `];
    const text = `${resources}, ${took} of simulated time`;
    this.terminal.line('  ', title, [colourOf(status), status], `, ${text}`);
    return { status, text };
  }

  /** Ends what moves by itself. */
  public close(): void {
    clearInterval(this.timer);
    this.terminal.clearLive();
  }

  public check(holds: boolean, text: string): void {
    this.terminal.text(['  ', holds ? ['green', 'ok   '] : ['red', 'FALSE'], ' '], text);
  }

  public event(event: StackEvent): void {
    const key = `${event.stackName}/${event.logicalId}`;
    const isDone = !event.status.endsWith('_IN_PROGRESS');
    if (event.logicalId === event.stackName) {
      this.stackStatus = event.status;
    } else {
      this.touched.add(key);
      isDone ? this.underWay.delete(key) : this.underWay.set(key, event);
    }
    if (this.options.verbose || (this.terminal.isLive && isDone && event.logicalId !== event.stackName)) {
      this.eventLine(event, isDone);
    }
    this.showUnderWay();
  }

  /** Only on demand: there are many. */
  public outputs(rows: readonly (readonly string[])[]): void {
    if (this.options.verbose) {
      this.table('Outputs', rows);
    }
  }

  public inventory(title: string, items: readonly InventoryItem[]): void {
    if (items.length > 0 || this.options.verbose) {
      this.table(title, items.map(({ type, region, id, state }) => [type, region, id, state]));
    }
  }

  private table(title: string, rows: readonly (readonly string[])[]): void {
    this.terminal.line(`  ${title}`);
    if (rows.length === 0) {
      this.terminal.line('    (nothing)');
      return;
    }
    const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
    rows.forEach(row => this.terminal.line(`    ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()}`));
  }

  private eventLine({ timestamp, stackName, logicalId, type, status, reason }: StackEvent, isDone: boolean): void {
    const mark = !isDone ? ' ' : status.includes('FAILED') ? '✗' : '✓';
    this.terminal.line(
      `  ${this.terminal.isLive ? `${mark} ` : ''}`, ['dim', elapsed(timestamp - this.startedAt)], '  ', [colourOf(status), status.padEnd(18)],
      ` ${stackName}/${logicalId}`, ['dim', `  ${type}${reason ? `  ${reason}` : ''}`]);
  }

  /** One line for each resource that is under way: a spinner, its state, and for how long in simulated time. */
  private showUnderWay(): void {
    this.frame = (this.frame + 1) % FRAMES.length;
    const now = this.options.now();
    this.terminal.live([...this.underWay.values()].map(({ timestamp, status, stackName, logicalId, type }) => [
      `  ${FRAMES[this.frame]} `, ['dim', elapsed(now - timestamp)], '  ', ['yellow', status.padEnd(18)], ` ${stackName}/${logicalId}`,
      ['dim', `  ${type}`],
    ]));
  }
}

function colourOf(status: string): Colour {
  if (status.includes('FAILED') || status.includes('ROLLBACK')) {
    return 'red';
  }
  return status.endsWith('_COMPLETE') ? 'green' : 'yellow';
}

/** Simulated time as minutes and seconds. */
function elapsed(milliseconds: number): string {
  return duration(Math.floor(milliseconds / 1000)).padStart(7);
}
