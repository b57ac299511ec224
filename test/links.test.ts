import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const ROOT = join(__dirname, '..');
/** Packages are read elsewhere too, so README.md links to the repository by its address. */
const REPOSITORY = /^https:\/\/github\.com\/cdk-multi-region\/cdk-multi-region\/(?:blob|tree)\/main\//;

const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' }).split('\n')
  .filter(file => file && !/^(?:API\.md|docs\/api\/)/.test(file));

function textOf(file: string): string {
  // What is in a block of code is no link.
  return readFileSync(join(ROOT, file), 'utf8').replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, code => code.replace(/[[\]()]/g, ''));
}

/** The anchors that GitHub gives to the headings of a document. */
function anchorsOf(file: string): string[] {
  return [...textOf(file).matchAll(/^#+ (.*)$/gm)]
    .map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-'));
}

/** Links that lead nowhere. */
function brokenLinks(file: string): string[] {
  const links = [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  return links.filter(link => {
    const isOurs = REPOSITORY.test(link);
    if (!isOurs && /^[a-z]+:/.test(link)) {
      return false;
    }
    const [path, anchor] = link.replace(REPOSITORY, '').split('#');
    const target = isOurs ? path : posix.normalize(posix.join(dirname(file), path));
    const document = path ? target : file;
    return !existsSync(join(ROOT, document)) || (anchor && document.endsWith('.md') && !anchorsOf(document).includes(anchor));
  });
}

test.each(documents)('every link of %s leads somewhere', file => {
  expect(brokenLinks(file)).toEqual([]);
});
