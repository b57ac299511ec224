import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser, type OpenPage, type PageOptions } from './browser';
import { findChromium, NoBrowser } from './chromium';

/** A page, and how many operations on resources it has to show. */
interface Page {
  readonly name: string;
  readonly file: string;
  readonly operations: number;
}

const OUT = resolve('.venv/pages');
const NOT_RUN = 4;
const SCREENS: readonly (PageOptions & { readonly name: string })[] = [
  { name: 'desktop', width: 1280, height: 800 },
  { name: 'desktop-dark', width: 1280, height: 800, isDark: true },
  { name: 'phone', width: 360, height: 740 },
  { name: 'phone-dark', width: 360, height: 740, isDark: true },
];

/** What must be an empty list in every page; evaluated in the page. */
const LAWS: Readonly<Record<string, string>> = {
  'bars that can\'t be seen, or that are outside of their track': `[...document.querySelectorAll('.bar')].filter(bar => {
    const box = bar.getBoundingClientRect();
    const track = bar.closest('svg').getBoundingClientRect();
    return box.width <= 0 || box.height <= 0 || box.left < track.left - 1 || box.right > track.right + 2;
  }).map(bar => bar.textContent)`,
  'marks that can\'t be seen, or that are outside of the page': `[...document.querySelectorAll('.mark')].filter(mark => {
    const box = mark.getBoundingClientRect();
    return box.width + box.height <= 0 || box.left < 0 || box.right > innerWidth;
  }).map(mark => mark.textContent)`,
  'links that lead nowhere': "[...document.querySelectorAll('a')].filter(link => !document.querySelector(link.getAttribute('href'))).map(link => link.href)",
  'bars, marks and charts without a text': `[...document.querySelectorAll('.bar, .mark')].filter(item => !item.querySelector('title')?.textContent)
    .concat([...document.querySelectorAll('svg[role=img]')].filter(chart => !chart.getAttribute('aria-label'))).map(item => item.outerHTML)`,
  'labels that are wider than their place': `[...document.querySelectorAll('.label, h1, h2, h3, h4, p, li')].filter(item => item.scrollWidth > item.clientWidth + 1)
    .map(item => item.textContent)`,
  'parts that make the page wider than the screen': `document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('body *')].filter(item => item.getBoundingClientRect().right > innerWidth + 1).map(item => item.outerHTML.slice(0, 200))
      .concat('the page: ' + document.documentElement.scrollWidth)`,
};

/** Opens the pages that the demo and a rehearsal write. @returns the exit status: 0, 1 if something is wrong, 4 if there is no browser */
async function main(): Promise<number> {
  mkdirSync(OUT, { recursive: true });
  const { executable, environment } = findChromium();
  const pages = [demoPage(), rehearsalPage()];
  const browser = new Browser(executable, environment);
  let wrong = 0;
  try {
    for (const page of pages) {
      for (const screen of SCREENS) {
        const open = await browser.open(pathToFileURL(page.file).href, screen);
        writeFileSync(join(OUT, `${page.name}-${screen.name}.png`), await open.screenshot());
        const problems = await problemsOf(open, page);
        await open.close();
        wrong += problems.length;
        process.stdout.write(`${problems.length === 0 ? 'ok   ' : 'WRONG'} ${page.name} on ${screen.name}, ${screen.width} wide, ${page.operations} operations\n`);
        problems.forEach(problem => process.stdout.write(`      ${problem}\n`));
      }
    }
  } finally {
    await browser.close();
  }
  process.stdout.write(`Screenshots: ${OUT}\n`);
  return wrong === 0 ? 0 : 1;
}

async function problemsOf(page: OpenPage, { operations }: Page): Promise<string[]> {
  const problems: string[] = [];
  const bars = await page.evaluate<number>("document.querySelectorAll('.bar').length");
  if (bars !== operations || bars === 0) {
    problems.push(`${bars} bars for ${operations} operations`);
  }
  // Folded and unfolded.
  for (const state of ['', ' with all tables open']) {
    for (const [name, expression] of Object.entries(LAWS)) {
      const found = await page.evaluate<string[]>(expression);
      problems.push(...found.length === 0 ? [] : [`${found.length} ${name}${state}, e.g. ${found[0]}`]);
    }
    await page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })");
  }
  return [...problems, ...page.errors.map(error => `error in the console: ${error}`), ...page.requests.map(url => `it asked for ${url}`)];
}

/** What the demo says of its page is counted from CloudFormation's events. */
function demoPage(): Page {
  const file = join(OUT, 'demo.html');
  const output = execFileSync(process.execPath, ['node_modules/.bin/ts-node', '--transpile-only', '--project', 'demo/tsconfig.json', 'demo/main.ts', '--html', file],
    { encoding: 'utf8' });
  const [, operations] = /^Page: .*, (\d+) operations$/m.exec(output)!;
  return { name: 'demo', file, operations: Number(operations) };
}

/** A change that re-creates an endpoint group and fails after that. */
function rehearsalPage(): Page {
  const file = join(OUT, 'rehearsal.html');
  const { stdout, stderr } = spawnSync(process.execPath, ['assets/cli/index/index.js', 'rehearse', 'test/rehearsal/python/old', 'test/rehearsal/python/ports',
    '--fault', 'throttle', '--fail-at', 'Game', '--format', 'json', '--html', file], { encoding: 'utf8', maxBuffer: 1e8 });
  if (!stdout) {
    throw new Error(`The rehearsal failed: ${stderr}`);
  }
  const { events } = JSON.parse(stdout);
  const ended = events.filter(({ type, status }: any) => type !== 'AWS::CloudFormation::Stack' && !status.endsWith('_IN_PROGRESS'));
  return { name: 'rehearsal', file, operations: ended.length };
}

main().then(
  status => { process.exitCode = status; },
  error => {
    process.exitCode = error instanceof NoBrowser ? NOT_RUN : 1;
    const advice = 'Install Chromium, or name the program of one: CHROMIUM=/path/to/chromium npm run pages';
    process.stderr.write(error instanceof NoBrowser ? `NOT RUN: no page was opened. ${error.message}\n${advice}\n` : `${error.stack}\n`);
  });
