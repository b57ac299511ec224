import { chartHtml } from './chart';
import { escape } from './escape';
import { DeploymentPage, Section } from './model';
import { SHAPES, STYLE } from './style';

/** Nothing is loaded, and no script runs: what the page shows is in it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** Deployments over time: one file that needs nothing else, neither network nor JavaScript. */
export function pageHtml({ title, introduction, report, sections }: DeploymentPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escape(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
${SHAPES}
<main>
<h1>${escape(title)}</h1>
${introduction.map(text => `<p>${escape(text)}</p>`).join('\n')}
${report === undefined ? '' : `<pre>${escape(report)}</pre>`}
${contents(sections)}
${key(sections)}
${sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;
}

/** Of a page that has more than one thing to go to. */
function contents(sections: readonly Section[]): string {
  if (sections.flatMap(({ charts }) => charts).length < 2) {
    return '';
  }
  const list = (items: readonly string[]) => items.length === 0 ? '' : `<ol>${items.join('')}</ol>`;
  const link = (id: string, text: string) => `<a href="#${id}">${escape(text)}</a>`;
  return `<nav aria-label="Contents">${list(sections.map(({ title, charts }, section) =>
    `<li>${link(sectionId(section), title)}${list(charts.map((chart, index) => `<li>${link(chartId(section, index), chart.title.replace(/^\d+\. /, ''))}</li>`))}</li>`))}</nav>`;
}

function sectionHtml({ title, text, charts }: Section, section: number): string {
  return `<section aria-labelledby="${sectionId(section)}">
<h2 id="${sectionId(section)}">${escape(title)}</h2>
${text === undefined ? '' : `<p>${escape(text)}</p>`}
${charts.map((chart, index) => chartHtml(chart, chartId(section, index))).join('\n')}
</section>`;
}

function sectionId(section: number): string {
  return `s${section + 1}`;
}

function chartId(section: number, index: number): string {
  return `${sectionId(section)}-${index + 1}`;
}

/** What the page uses of bars, marks and bands, with a sample of each. */
function key(sections: readonly Section[]): string {
  const rows = sections.flatMap(({ charts }) => charts.flatMap(({ groups }) => groups.flatMap(group => group.rows)));
  const bars = rows.flatMap(row => row.bars);
  const uses = (kind: string) => rows.some(({ marks, bands }) => [...marks, ...bands].some(item => item.kind === kind));
  const bar = (classes: string) => `<rect class="sample ${classes}" y="3" width="28" height="10" rx="2"/>`;
  const mark = (kind: string, y: number) => `<use href="#${kind}" class="${kind}" x="14" y="${y}"/>`;
  const samples: readonly [isUsed: boolean, sample: string, text: string][] = [
    ...(['create', 'update', 'delete'] as const).map(verb =>
      [bars.some(one => one.verb === verb), bar(`${verb} complete`), verb] as [boolean, string, string]),
    ...(['failed', 'cancelled', 'skipped', 'unfinished'] as const).map(outcome =>
      [bars.some(one => one.outcome === outcome), bar(`create ${outcome}`), outcome] as [boolean, string, string]),
    [uses('call'), mark('call', 8), 'call that changes something'],
    [uses('look'), mark('look', 8), 'look: a call that only reads'],
    [rows.some(({ marks }) => marks.some(({ kind, bad }) => kind !== 'answer' && kind !== 'fault' && bad)),
      '<use href="#look" class="look refused" x="14" y="8"/>', 'red: refused'],
    [uses('fault'), mark('fault', 8), 'fault on demand'],
    [uses('answer'), mark('answer', 12), 'answer to CloudFormation'],
    [uses('rollback'), '<rect class="rollback" width="28" height="16"/>', 'rollback'],
    [uses('outage'), '<rect class="outage" width="28" height="16"/>', 'nothing gets through'],
  ];
  return `<ul class="key">${samples.filter(([isUsed]) => isUsed).map(([, sample, text]) =>
    `<li><svg aria-hidden="true">${sample}</svg>${text}</li>`).join('')}</ul>`;
}
