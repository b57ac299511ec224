import { Column, Format, Output, Report, Row, Value } from './commands/command';

/** The report as text, the same for the same rows wherever it is printed, but that a narrow terminal gets records. */
export function render(report: Report, format: Format, output: Pick<Output, 'isTTY' | 'columns'> = {}): string {
  switch (format) {
    case 'json': return json(report);
    case 'csv': return csv(report);
    case 'table': return table(report, output.isTTY && output.columns ? output.columns : Infinity);
  }
}

function json({ columns, rows }: Report): string {
  const objects = rows.map(row => Object.fromEntries(columns.map(({ key }) => [key, row[key] ?? null])));
  return `${JSON.stringify(objects, undefined, 2)}\n`;
}

/** RFC 4180, with a header. */
function csv({ columns, rows }: Report): string {
  const records = [columns.map(({ key }) => key), ...rows.map(row => columns.map(({ key }) => plain(row[key])))];
  return records.map(record => `${record.map(quoted).join(',')}\r\n`).join('');
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function table(report: Report, width: number): string {
  if (report.rows.length === 0) {
    return `${report.nothing}\n`;
  }
  const columns = report.columns.filter(column => !column.detail);
  const cells = [columns.map(column => column.title), ...report.rows.map(row => columns.map(column => cell(column, row)))];
  const widths = columns.map((_, index) => cells.reduce((widest, line) => Math.max(widest, line[index].length), 0));
  const needed = widths.reduce((sum, one) => sum + one + 2, -2);
  return needed > width
    ? vertical(columns, cells.slice(1))
    : cells.map(line => `${line.map((text, index) => text.padEnd(widths[index])).join('  ').trimEnd()}\n`).join('');
}

/** One line for each value, a blank line between rows. */
function vertical(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const width = Math.max(...columns.map(column => column.title.length));
  return rows.map(row => row.map((text, index) => `${columns[index].title.padEnd(width)}  ${text}\n`).join('')).join('\n');
}

function cell(column: Column, row: Row): string {
  const value = row[column.key];
  const text = column.show ? column.show(value) : plain(value);
  // Names come from people and go to a terminal.
  return text.replace(/\p{Cc}/gu, '?') || '-';
}

function plain(value: Value): string {
  return Array.isArray(value) ? value.join(' ') : String(value ?? '');
}
