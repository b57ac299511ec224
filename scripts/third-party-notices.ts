import * as fs from 'node:fs';
import * as path from 'node:path';

export const NOTICES_FILE = 'THIRD-PARTY-NOTICES';

const MODULES = 'node_modules/';
const LICENCE_FILE = /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i;
/** Packages whose data are in a bundle, which esbuild does not see. */
const DATA_PACKAGES = ['node_modules/@aws-cdk/aws-service-spec'];
const RULE = '-'.repeat(100);

/** What of the record that esbuild leaves beside each bundle is needed here. */
interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>;
}

/** The licence of this project, whose text stands in its LICENSE. */
const OWN_LICENCE = 'Apache-2.0';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Texts of its licence and notice files. */
  readonly texts: readonly string[];
}

/** The notices for all code of others in the bundles below `assets/`, in an order that depends on nothing else. */
export function thirdPartyNotices(project: string): string {
  const dataPackages = DATA_PACKAGES.filter(directory => fs.existsSync(path.join(project, directory)));
  const directories = new Set([...metafiles(path.join(project, 'assets')).flatMap(packageDirectories), ...dataPackages]);
  const packages = [...directories].map(directory => describe(project, directory));
  const unique = [...new Map(packages.map(one => [nameAndVersion(one), one])).values()]
    .sort((one, other) => compare(nameAndVersion(one), nameAndVersion(other)));
  return [
    'The bundled code in assets/ contains parts of the following packages.',
    '',
    ...unique.map(one => `- ${nameAndVersion(one)}: ${one.license}`),
    ...[...packagesByText(unique)].flatMap(([text, users]) => ['', RULE, users.map(nameAndVersion).join('\n'), RULE, '', text]),
    '',
  ].join('\n');
}

function metafiles(assets: string): Metafile[] {
  const files = fs.readdirSync(assets, { recursive: true }).map(String).filter(file => file.endsWith('.meta.json'));
  if (files.length === 0) {
    throw new Error(`There is no record of a bundle in ${assets}. Run \`npx projen bundle\` first.`);
  }
  return files.map(file => JSON.parse(fs.readFileSync(path.join(assets, file), 'utf8')) as Metafile);
}

/** Folders of the packages of which something got into the bundle, relative to the project. */
function packageDirectories({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && file.includes(MODULES))
    .map(([file]) => packageDirectory(file)));
}

function packageDirectory(file: string): string {
  const start = file.lastIndexOf(MODULES) + MODULES.length;
  const segments = file.slice(start).split('/');
  return file.slice(0, start) + segments.slice(0, segments[0].startsWith('@') ? 2 : 1).join('/');
}

function describe(project: string, directory: string): Package {
  const location = path.join(project, directory);
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(location, 'package.json'), 'utf8')) as Omit<Package, 'texts'>;
  const texts = licenceTexts(location);
  if (texts.length === 0 && license === OWN_LICENCE) {
    // It declares the licence without carrying its text, which is the same for everybody: that of this project.
    return { name, version, license, texts: licenceTexts(project) };
  }
  if (!license || texts.length === 0) {
    throw new Error(`${name} ${version} is in a bundle, but ${directory} has no ${license ? 'licence file' : 'licence in its package.json'}. `
      + 'Find out under which terms it may be redistributed.');
  }
  return { name, version, license, texts };
}

/** Texts of the licence and notice files in a folder. */
function licenceTexts(directory: string): string[] {
  return fs.readdirSync(directory).filter(file => LICENCE_FILE.test(file)).sort(compare)
    .map(file => fs.readFileSync(path.join(directory, file), 'utf8').replaceAll('\r\n', '\n').trim());
}

/** Most packages share their text with others: it stands in the file once. */
function packagesByText(packages: readonly Package[]): Map<string, Package[]> {
  const users = new Map<string, Package[]>();
  for (const one of packages) {
    for (const text of one.texts) {
      users.set(text, [...users.get(text) ?? [], one]);
    }
  }
  return users;
}

function nameAndVersion({ name, version }: Package): string {
  return `${name} ${version}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

if (require.main === module) {
  const project = path.resolve(__dirname, '..');
  fs.writeFileSync(path.join(project, NOTICES_FILE), thirdPartyNotices(project));
}
