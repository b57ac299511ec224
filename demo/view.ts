import { StackEvent } from '../sandbox/cloudformation/stack';
import { InventoryItem } from '../sandbox/services/service';

/** Where the demo writes; a terminal gets colours and a line that shows what is under way. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';
const CODES: Record<Colour, number> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 };

/** Shows a deployment as CloudFormation's console would, and results as tables. */
export class View {
  private readonly underWay = new Map<string, StackEvent>();
  private startedAt: number;

  constructor(private readonly screen: Screen, startedAt: number) {
    this.startedAt = startedAt;
  }

  public heading(text: string, now: number): void {
    this.startedAt = now;
    this.line('');
    this.line(this.paint('bold', text));
  }

  public note(text: string): void {
    this.line(`  ${text}`);
  }

  public check(holds: boolean, text: string): void {
    this.line(holds ? `  ${this.paint('green', 'ok')}    ${text}` : `  ${this.paint('red', 'FALSE')} ${text}`);
  }

  public event(event: StackEvent): void {
    const time = this.paint('dim', elapsed(event.timestamp - this.startedAt));
    const status = this.paint(colourOf(event.status), event.status.padEnd(20));
    const reason = event.reason ? this.paint('dim', `  ${event.reason}`) : '';
    this.line(`  ${time}  ${status} ${event.stackName}/${event.logicalId}  ${this.paint('dim', event.type)}${reason}`);
    const key = `${event.stackName}/${event.logicalId}`;
    if (event.status.endsWith('_IN_PROGRESS')) {
      this.underWay.set(key, event);
    } else {
      this.underWay.delete(key);
    }
    this.showUnderWay(event.timestamp);
  }

  public table(title: string, rows: readonly (readonly string[])[]): void {
    this.line(`  ${this.paint('bold', title)}`);
    if (rows.length === 0) {
      this.line('    (nothing)');
      return;
    }
    const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
    for (const row of rows) {
      this.line(`    ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()}`);
    }
  }

  public inventory(title: string, items: readonly InventoryItem[]): void {
    this.table(title, items.map(({ type, region, id, state }) => [type, region, id, state]));
  }

  private line(text: string): void {
    this.screen.write(`${this.screen.isTTY ? '\r\u001b[K' : ''}${text}\n`);
  }

  /** The last line of a terminal: how much simulated time has passed, and what CloudFormation waits for. */
  private showUnderWay(now: number): void {
    if (!this.screen.isTTY || this.underWay.size === 0) {
      return;
    }
    const names = [...this.underWay.keys()].join(', ');
    const text = `  ${elapsed(now - this.startedAt)}  waiting for ${this.underWay.size}: ${names}`;
    this.screen.write(`\r\u001b[K${text.slice(0, (this.screen.columns ?? 80) - 1)}`);
  }

  private paint(colour: Colour, text: string): string {
    return this.screen.isTTY ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
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
  const seconds = Math.floor(milliseconds / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(3)}m${String(seconds % 60).padStart(2, '0')}s`;
}
