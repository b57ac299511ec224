import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';

/*
 * The snippets of README.md and of the @example tags are compiled by jsii-rosetta in the build. Those of docs/ are
 * compiled here, in the same fixture.
 */
const ROOT = join(__dirname, '..');
const FIXTURE = readFileSync(join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');

interface Snippet {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(match => ({
    file, line: text.slice(0, match.index).split('\n').length, text: match[1],
  }));
}

/** A snippet in the fixture. Its declarations go before the class: TypeScript does not take them inside a constructor. */
function programOf(snippet: string): string {
  const declarations = snippet.match(/^declare .*$/gm) ?? [];
  const rest = snippet.replace(/^declare .*$/gm, '');
  return FIXTURE.replace('class Fixture', `${declarations.join('\n')}\nclass Fixture`).replace('/// here', rest)
    .replace("'cdk-multi-region'", "'./src'");
}

/** Compile errors of all snippets, each as a program file of its own beside the sources. */
function errorsIn(snippets: readonly Snippet[]): string[] {
  const files = new Map(snippets.map((snippet, index) => [join(ROOT, `.snippet-${index}.ts`), snippet]));
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  const exists = host.fileExists.bind(host);
  const source = (file: string) => programOf(files.get(file)!.text);
  host.readFile = file => files.has(file) ? source(file) : read(file);
  host.fileExists = file => files.has(file) || exists(file);
  host.getSourceFile = (file, language) => {
    const text = host.readFile(file);
    return text === undefined ? undefined : ts.createSourceFile(file, text, language);
  };
  const program = ts.createProgram([...files.keys()], {
    ...options, noEmit: true, rootDir: ROOT, noUnusedLocals: false, noUnusedParameters: false, types: ['node'],
  }, host);
  return [...files].flatMap(([file, snippet]) => program.getSemanticDiagnostics(program.getSourceFile(file))
    .concat(program.getSyntacticDiagnostics(program.getSourceFile(file)))
    .map(diagnostic => `${snippet.file}:${snippet.line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`));
}

test('every TypeScript snippet of docs/ compiles', () => {
  const snippets = readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md')).flatMap(name => snippetsOf(`docs/${name}`));
  expect(snippets.length).toBeGreaterThan(5);
  expect(errorsIn(snippets)).toEqual([]);
});

test('a snippet with a mistake is found', () => {
  const mistake = { file: 'nowhere.md', line: 1, text: "new MultiRegionEndpoint(this, 'E', { secundaryRegion: 'x' });" };
  expect(errorsIn([mistake])[0]).toMatch(/nowhere\.md:1: .*secundaryRegion/);
});
