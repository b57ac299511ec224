import { duration } from './duration';
import { escape } from './escape';
import { Band, Bar, Chart, Mark, Row } from './model';

/** Middle of the marks in a track, in pixels: above the bar, on it and below. */
const MIDDLE: Readonly<Record<Mark['kind'], number>> = { answer: 9, call: 14, look: 27, fault: 14 };
const PADDED = { y: 9, height: 10 } as const;
const PLAIN = { y: 4, height: 10 } as const;
const MIN_PERCENT = 0.25;
const MAX_TICKS = 6;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** A deployment: a row for each resource, with bars and marks at their times, and the same as a table. */
export function chartHtml(chart: Chart, id: string): string {
  const { title, outcome, isGood, seconds, groups } = chart;
  const step = STEPS.find(candidate => seconds / candidate <= MAX_TICKS) ?? STEPS.at(-1)!;
  const scale = scaleOf(seconds);
  return `<h3 id="${id}">${escape(title)}</h3>
<p class="outcome"><span class="${isGood ? 'good' : 'bad'}">${escape(outcome)}</span></p>
${groups.length === 0 ? '' : `<div style="--step:${scale(step)}">
${axisHtml(seconds, step)}
${groups.map(group => `<h4>${escape(group.title)}</h4>\n${group.rows.map(row => rowHtml(row, scale)).join('\n')}`).join('\n')}
</div>
${tableHtml(chart)}`}`;
}

/** From seconds to a place in the track. */
function scaleOf(total: number): (seconds: number) => string {
  return seconds => `${round(100 * seconds / Math.max(total, 1))}%`;
}

function round(percent: number): number {
  return Math.round(percent * 100) / 100;
}

function axisHtml(seconds: number, step: number): string {
  const scale = scaleOf(seconds);
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const anchor = (time: number) => time === 0 ? 'start' : time / seconds > 0.97 ? 'end' : 'middle';
  return `<div class="row axis" aria-hidden="true"><div class="label"></div><div class="cell"><svg class="track">${ticks.map(time =>
    `<text x="${scale(time)}" y="13" text-anchor="${anchor(time)}">${duration(time)}</text>`).join('')}</svg></div></div>`;
}

function rowHtml(row: Row, scale: (seconds: number) => string): string {
  const { label, type, ours, bars, marks, bands } = row;
  const place = ours ? PADDED : PLAIN;
  return `<div class="row${ours ? ' ours' : ''}"><div class="label">${escape(label)}<small>${escape(type)}</small></div>`
    + `<div class="cell"><svg class="track" role="img" aria-label="${escape(summaryOf(row))}">`
    + bands.map(band => bandHtml(band, scale)).join('')
    + bars.map(bar => barHtml(bar, label, place, scale)).join('')
    + marks.map(mark => markHtml(mark, scale)).join('')
    + '</svg></div></div>';
}

function bandHtml({ from, to, kind, text }: Band, scale: (seconds: number) => string): string {
  return `<rect class="${kind}" x="${scale(from)}" width="${scale(to - from)}" height="100%">${tooltip(`${text}, ${times(from, to)}`)}</rect>`;
}

function barHtml(bar: Bar, label: string, { y, height }: typeof PADDED | typeof PLAIN, scale: (seconds: number) => string): string {
  const { from, to, verb, outcome } = bar;
  const [x, width] = [scale(from), scale(to - from)];
  const place = parseFloat(width) < MIN_PERCENT ? `x="${Math.min(parseFloat(x), 100 - MIN_PERCENT)}%" width="${MIN_PERCENT}%"` : `x="${x}" width="${width}"`;
  return `<rect class="bar ${verb} ${outcome}" ${place} y="${y}" height="${height}" rx="2">${
    tooltip(`${label}: ${barText(bar)}`)}</rect>`;
}

function markHtml(mark: Mark, scale: (seconds: number) => string): string {
  const { at, kind, bad } = mark;
  return `<use href="#${kind}" class="mark ${kind}${bad ? ' refused' : ''}" x="${scale(at)}" y="${MIDDLE[kind]}">${
    tooltip(`${duration(at)} ${[markText(mark), mark.result].join(': ')}`)}</use>`;
}

function tooltip(text: string): string {
  return `<title>${escape(text)}</title>`;
}

function markText({ what, region }: Mark): string {
  return region ? `${what} in ${region}` : what;
}

function barText({ verb, outcome, from, to, reason }: Bar): string {
  return `${verb} ${outcome}, ${times(from, to)}${reason ? `: ${reason}` : ''}`;
}

function times(from: number, to: number): string {
  return `${duration(from)} to ${duration(to)}`;
}

/** What a screen reader says of a row. */
function summaryOf({ label, bars, marks }: Row): string {
  const counts = (['call', 'look', 'fault', 'answer'] as const)
    .map(kind => [marks.filter(mark => mark.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}${count === 1 ? '' : 's'}`);
  return `${label}: ${[...bars.map(barText), ...counts].join('; ')}`;
}

/** One line of the table; the same mark several times in a row is one. */
interface Line {
  readonly label: string;
  readonly mark: Mark;
  readonly last: number;
  readonly count: number;
}

function tableHtml({ groups }: Chart): string {
  const rows = groups.flatMap(group => group.rows);
  const count = rows.reduce((sum, { marks }) => sum + marks.length, 0);
  if (count === 0) {
    return '';
  }
  const lines = rows.flatMap(({ label, marks }) => linesOf(label, marks)).sort((one, other) => one.mark.at - other.mark.at);
  return `<details><summary>${count} calls, looks, faults and answers as a table</summary><div class="table"><table>
<thead><tr><th>time</th><th>resource</th><th></th><th>Region</th><th>result</th></tr></thead><tbody>
${lines.map(lineHtml).join('\n')}
</tbody></table></div></details>`;
}

function linesOf(label: string, marks: readonly Mark[]): Line[] {
  const lines: Line[] = [];
  for (const mark of marks) {
    const previous = lines.at(-1);
    if (previous && isSame(previous.mark, mark)) {
      lines[lines.length - 1] = { ...previous, last: mark.at, count: previous.count + 1 };
    } else {
      lines.push({ label, mark, last: mark.at, count: 1 });
    }
  }
  return lines;
}

function isSame(one: Mark, other: Mark): boolean {
  return one.kind === other.kind && one.what === other.what && one.region === other.region && one.result === other.result;
}

function lineHtml({ label, mark, last, count }: Line): string {
  const { at, what, region = '', result, bad } = mark;
  const time = duration(at) === duration(last) ? duration(at) : times(at, last);
  return `<tr><td class="time">${time}</td><td>${escape(label)}</td><td>${escape(what)}${count > 1 ? `, ${count} times` : ''}</td><td>${
    escape(region)}</td><td class="result${bad ? ' bad' : ''}">${escape(result)}</td></tr>`;
}
