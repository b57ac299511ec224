/** Where the demo writes. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** A part of a line in one colour. */
export type Part = string | readonly [colour: Colour, text: string];

const CODES: Record<Colour, number> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 };
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
/** In characters; a narrower place is not worth the wrapping. */
const MIN_TEXT = 20;
const ELLIPSIS = '…';

/** Lines for a person: coloured and never wider than the terminal on one, plain in a pipe; the last lines can change. */
export class Terminal {
  private liveLines = 0;
  private readonly hasColours: boolean;

  constructor(private readonly screen: Screen, environment: Readonly<Record<string, string | undefined>> = process.env) {
    this.hasColours = Boolean(screen.isTTY) && !environment.NO_COLOR;
  }

  public get isLive(): boolean {
    return Boolean(this.screen.isTTY);
  }

  /** How many lines can change. */
  public get maxLiveLines(): number {
    return Math.max(1, (this.screen.rows ?? DEFAULT_ROWS) - 2);
  }

  public line(...parts: readonly Part[]): void {
    this.clearLive();
    this.screen.write(`${this.render(parts)}\n`);
  }

  /** A text that nothing of may be missing: words that do not fit go to the next line, below the first word. */
  public text(prefix: readonly Part[], text: string): void {
    const indent = prefix.reduce((sum, part) => sum + (typeof part === 'string' ? part : part[1]).length, 0);
    const lines = wrapped(text, this.isLive ? Math.max(this.columns - 1 - indent, MIN_TEXT) : Infinity);
    lines.forEach((line, index) => this.line(...index === 0 ? prefix : [' '.repeat(indent)], line));
  }

  /** Shows lines that the next ones take the place of; nothing in a pipe. */
  public live(lines: readonly (readonly Part[])[]): void {
    if (!this.isLive) {
      return;
    }
    const shown = lines.slice(0, this.maxLiveLines);
    this.clearLive();
    this.screen.write(shown.map(parts => `${this.render(parts)}\n`).join(''));
    this.liveLines = shown.length;
  }

  public clearLive(): void {
    if (this.liveLines > 0) {
      this.screen.write(`\u001b[${this.liveLines}A\u001b[J`);
      this.liveLines = 0;
    }
  }

  private get columns(): number {
    return this.screen.columns ?? DEFAULT_COLUMNS;
  }

  private render(parts: readonly Part[]): string {
    let left = this.isLive ? this.columns - 1 : Infinity;
    return parts.map(part => {
      const [colour, text] = typeof part === 'string' ? [undefined, part] : part;
      const shown = text.length <= left ? text : `${text.slice(0, Math.max(left - 1, 0))}${left > 0 ? ELLIPSIS : ''}`;
      left -= shown.length;
      return colour && shown && this.hasColours ? `\u001b[${CODES[colour]}m${shown}\u001b[0m` : shown;
    }).join('');
  }
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)!}${lines.at(-1) === '' ? '' : ' '}${word}`;
    if (line.length <= width || lines.at(-1) === '') {
      lines[lines.length - 1] = line;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
