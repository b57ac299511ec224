import { Report, Row } from '../../cli/commands/command';
import { duration, timestamp } from '../../cli/commands/time';
import { render } from '../../cli/format';
import fc from '../property';

const COLUMNS = [{ key: 'name', title: 'NAME' }, { key: 'note', title: 'NOTE' }, { key: 'more', title: 'MORE', detail: true }];

function report(...rows: Row[]): Report {
  return { columns: COLUMNS, rows, nothing: 'Nothing there.' };
}

/** A reader of RFC 4180, as the RFC has it. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match; match = field.exec(text)) {
    records[records.length - 1].push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === '\r\n') {
      records.push([]);
    }
  }
  return records.slice(0, -1);
}

test('whatever is in a value comes back out of CSV', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '\r', '\n', 'ä', ';') });
  fc.assert(fc.property(fc.array(fc.record({ name: text, note: text, more: text })), rows => {
    expect(parseCsv(render(report(...rows), 'csv')))
      .toEqual([['name', 'note', 'more'], ...rows.map(row => [row.name, row.note, row.more])]);
  }));
});

test('JSON has every member in every row and keeps types', () => {
  const text = render(report({ name: 'a', note: ['x', 'y'] }, { name: 'b', note: 0, more: false }), 'json');
  expect(JSON.parse(text)).toEqual([{ name: 'a', note: ['x', 'y'], more: null }, { name: 'b', note: 0, more: false }]);
  expect(text).toMatch(/\]\n$/);
});

test('without rows', () => {
  expect(render(report(), 'json')).toBe('[]\n');
  expect(render(report(), 'csv')).toBe('name,note,more\r\n');
  expect(render(report(), 'table')).toBe('Nothing there.\n');
});

test('a table has no colours, no trailing blanks, and a dash for what is not known', () => {
  expect(render(report({ name: 'long name', note: 'x' }, { name: 'b' }), 'table')).toBe('NAME       NOTE\nlong name  x\nb          -\n');
});

test('a terminal gets no control characters of somebody else', () => {
  expect(render(report({ name: '\u001b[31mred\n', note: 'x' }), 'table')).toBe('NAME       NOTE\n?[31mred?  x\n');
});

test('a terminal that is too narrow gets one line for each value', () => {
  const rows = [{ name: 'a', note: 'x'.repeat(10) }, { name: 'b', note: 'y' }];
  const wide = 'NAME  NOTE\na     xxxxxxxxxx\nb     y\n';
  expect(render(report(...rows), 'table', { isTTY: true, columns: 16 })).toBe(wide);
  expect(render(report(...rows), 'table', { isTTY: true, columns: 15 })).toBe('NAME  a\nNOTE  xxxxxxxxxx\n\nNAME  b\nNOTE  y\n');
  expect(render(report(...rows), 'table', { columns: 15 })).toBe(wide);
  expect(render(report(...rows), 'table', { isTTY: true })).toBe(wide);
});

test.each([
  [0, '0s'], [59, '59s'], [60, '1m 0s'], [3661, '1h 1m'], [86_399, '23h 59m'], [86_400, '1d 0h'], [100 * 86_400 + 3600, '100d 1h'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('times are UTC, to the second', () => {
  expect(timestamp(new Date(Date.UTC(2026, 10, 1, 12, 0, 0, 999)))).toBe('2026-11-01T12:00:00Z');
  expect(timestamp(undefined)).toBeUndefined();
});
