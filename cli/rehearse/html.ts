import { duration } from './describe';
import { EventReport, Interval, Report, StackReport } from './report';
import { OUR_TYPES } from './resource-kinds';
import { asText } from './text';

/** One operation on a resource. */
interface Bar {
  readonly from: number;
  readonly to: number;
  readonly verb: 'create' | 'update' | 'delete';
  readonly failed: boolean;
}

interface Row {
  readonly path: string;
  readonly type: string;
  readonly bars: readonly Bar[];
  readonly outages: readonly Interval[];
}

const LABEL_WIDTH = 380;
const CHART_WIDTH = 900;
const ROW_HEIGHT = 20;
const TICKS = 6;
const MIN_BAR = 2;

const STYLE = `
body { font: 14px system-ui, sans-serif; margin: 2rem auto; max-width: ${LABEL_WIDTH + CHART_WIDTH + 40}px; color: #1b1f24; }
pre { background: #f6f8fa; padding: 1rem; overflow-x: auto; }
svg { width: 100%; height: auto; }
text { font-size: 12px; fill: #1b1f24; } .quiet { fill: #6e7781; } .ours { font-weight: 600; }
.create { fill: #1a7f37; } .update { fill: #0969da; } .delete { fill: #9a6700; } .failed { fill: #cf222e; }
.outage { fill: #cf222e; opacity: .25; } .grid { stroke: #d0d7de; }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }`;

/** The deployment over time: a page that needs nothing else, with a bar for each operation on each resource. */
export function asHtml(report: Report): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Rehearsal</title><style>${STYLE}</style></head>
<body>
<h1>Rehearsal: ${report.outcome}</h1>
<pre>${escape(asText(report))}</pre>
${legend()}
${report.stacks.map(stack => chart(stack, report)).join('\n')}
</body>
</html>
`;
}

function legend(): string {
  const keys = [['#1a7f37', 'create'], ['#0969da', 'update'], ['#9a6700', 'delete'], ['#cf222e', 'failed'], ['#f3c9cc', 'nothing gets through']];
  return `<p>${keys.map(([colour, text]) => `<span class="key" style="background:${colour}"></span>${text}`).join('')}</p>`;
}

function chart(stack: StackReport, report: Report): string {
  const rows = rowsOf(stack, report);
  if (rows.length === 0) {
    return '';
  }
  const height = (rows.length + 1) * ROW_HEIGHT;
  const scale = (seconds: number) => LABEL_WIDTH + CHART_WIDTH * seconds / Math.max(stack.seconds, 1);
  return `<h2>${escape(stack.id)} (${stack.region})</h2>
<svg viewBox="0 0 ${LABEL_WIDTH + CHART_WIDTH + 40} ${height}" role="img" aria-label="Deployment of ${escape(stack.id)} over time">
${axis(stack.seconds, scale, height)}
${rows.map((row, index) => rowOf(row, (index + 1) * ROW_HEIGHT, scale)).join('\n')}
</svg>`;
}

function axis(seconds: number, scale: (seconds: number) => number, height: number): string {
  return Array.from({ length: TICKS + 1 }, (_, index) => seconds * index / TICKS).map(time =>
    `<line class="grid" x1="${scale(time)}" x2="${scale(time)}" y1="${ROW_HEIGHT - 4}" y2="${height}"/>`
    + `<text class="quiet" x="${scale(time)}" y="12" text-anchor="middle">${duration(time)}</text>`).join('');
}

function rowOf({ path, type, bars, outages }: Row, y: number, scale: (seconds: number) => number): string {
  const rect = (name: string, from: number, to: number, title: string) =>
    `<rect class="${name}" x="${scale(from)}" width="${Math.max(scale(to) - scale(from), MIN_BAR)}" y="${y + 4}" height="${ROW_HEIGHT - 8}">`
    + `<title>${escape(title)}</title></rect>`;
  return [
    `<text class="${OUR_TYPES.has(type) ? 'ours' : 'quiet'}" x="${LABEL_WIDTH - 8}" y="${y + 14}" text-anchor="end">${escape(path)}`
      + `<title>${escape(type)}</title></text>`,
    ...bars.map(({ from, to, verb, failed }) =>
      rect(failed ? 'failed' : verb, from, to, `${verb} of ${path}, ${duration(from)} to ${duration(to)}${failed ? ', failed' : ''}`)),
    ...outages.map(({ fromSeconds, toSeconds }) =>
      `<rect class="outage" x="${scale(fromSeconds)}" width="${scale(toSeconds) - scale(fromSeconds)}" y="${y}" height="${ROW_HEIGHT}">`
      + `<title>nothing gets through, ${duration(fromSeconds)} to ${duration(toSeconds)}</title></rect>`),
  ].join('');
}

function rowsOf(stack: StackReport, { events, resources }: Report): Row[] {
  const own = events.filter(event => event.stack === stack.id && event.type !== 'AWS::CloudFormation::Stack');
  const paths = [...new Set(own.map(({ path }) => path))];
  return paths.map(path => {
    const ofPath = own.filter(event => event.path === path);
    const outages = resources.find(resource => resource.stack === stack.id && resource.path === path)?.outages ?? [];
    return { path, type: ofPath[0].type, bars: barsOf(ofPath, stack.seconds), outages };
  });
}

function barsOf(events: readonly EventReport[], end: number): Bar[] {
  const bars: Bar[] = [];
  let begun: EventReport | undefined;
  for (const event of events) {
    if (event.status.endsWith('_IN_PROGRESS')) {
      begun = begun && verbOf(begun) === verbOf(event) ? begun : event;
    } else {
      bars.push({ from: (begun ?? event).seconds, to: event.seconds, verb: verbOf(event), failed: event.status.endsWith('_FAILED') });
      begun = undefined;
    }
  }
  return begun ? [...bars, { from: begun.seconds, to: end, verb: verbOf(begun), failed: false }] : bars;
}

function verbOf({ status }: EventReport): Bar['verb'] {
  return status.split('_')[0].toLowerCase() as Bar['verb'];
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}
