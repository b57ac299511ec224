import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** A browser and the environment that it needs. */
export interface Chromium {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** This machine has no browser, and offers no package with one. */
export class NoBrowser extends Error {}

const PROGRAMS = ['chromium-headless-shell', 'chromium', 'google-chrome', 'google-chrome-stable'];
const PACKAGES = ['chromium-headless-shell', 'fonts-dejavu-core'];
const DIRECTORY = resolve('.venv/chromium');
const ROOT = join(DIRECTORY, 'root');
const UNPACKED = join(ROOT, 'usr/lib/chromium/chromium-headless-shell');

/**
 * The browser that `CHROMIUM` names, one of this machine, or that of Debian's packages, unpacked below .venv: that needs no privileges
 * and installs nothing.
 *
 * @throws NoBrowser if there is none
 */
export function findChromium(): Chromium {
  const { CHROMIUM: named, PATH = '' } = process.env;
  if (named) {
    return { executable: named, environment: process.env };
  }
  const found = PATH.split(delimiter).flatMap(folder => PROGRAMS.map(name => join(folder, name))).find(existsSync);
  if (found) {
    return { executable: found, environment: process.env };
  }
  if (!existsSync(UNPACKED)) {
    unpack();
  }
  return { executable: UNPACKED, environment: unpackedEnvironment() };
}

function unpack(): void {
  if (!['apt-get', 'apt-cache', 'dpkg-deb'].every(isProgram)) {
    throw new NoBrowser(`There is none of ${PROGRAMS.join(', ')}, and no apt-get to download one from Debian's packages.`);
  }
  const folders = ['lists/partial', 'archives/partial', 'root'].map(folder => join(DIRECTORY, folder));
  folders.forEach(folder => mkdirSync(folder, { recursive: true }));
  // Lists and archives of our own: no need for root, and no index that is out of date.
  const options = ['-o', `Dir::State::lists=${join(DIRECTORY, 'lists')}`, '-o', `Dir::Cache=${DIRECTORY}`, '-o', 'Debug::NoLocking=1',
    '-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=5', '-q'];
  run('apt-get', ['update', ...options]);
  const offered = execFileSync('apt-cache', ['policy', PACKAGES[0], ...options], { encoding: 'utf8' });
  if (!/Candidate: \d/.test(offered)) {
    throw new NoBrowser(`There is none of ${PROGRAMS.join(', ')}, and the package sources of this machine have no ${PACKAGES[0]}, as Debian's have.`);
  }
  // What is installed already is not downloaded.
  run('apt-get', ['install', '--yes', '--download-only', '--no-install-recommends', ...options, ...PACKAGES]);
  const archives = join(DIRECTORY, 'archives');
  readdirSync(archives).filter(file => file.endsWith('.deb')).forEach(file => run('dpkg-deb', ['--extract', join(archives, file), ROOT]));
}

function isProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, name)));
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function unpackedEnvironment(): Chromium['environment'] {
  const libraries = readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter(({ name }) => /\.so(\.|$)/.test(name)).map(({ parentPath }) => parentPath);
  const fonts = join(ROOT, 'etc/fonts');
  return {
    ...process.env,
    LD_LIBRARY_PATH: [...new Set(libraries)].join(delimiter),
    XDG_DATA_HOME: join(ROOT, 'usr/share'),
    ...existsSync(fonts) && { FONTCONFIG_PATH: fonts },
  };
}
