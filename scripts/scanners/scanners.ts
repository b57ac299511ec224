import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { basename, join } from 'path';
import type { Finding } from './table';

/** Rules of AWS Control Tower, and the program that runs them, in one package. The rules registry itself is on no package registry. */
const GUARD = {
  package: '@cdklabs/cdk-validator-cfnguard@0.0.62',
  integrity: 'sha512-Sg2k8067B0AIJ82QFSLhHTUIqxOYTKABvVrTHiyc6j0rE2NHli2diIYqf+w+DkuDKCYYgMIOga3OrYMOHUw0mQ==',
  program: join('package', 'bin', process.platform === 'darwin' ? 'macos' : 'ubuntu', process.arch === 'arm64' ? 'aarch64' : 'x86_64', 'cfn-guard'),
  rules: join('package', 'rules', 'control-tower', 'cfn-guard'),
};
const REQUIREMENTS = join(__dirname, 'requirements.txt');

/** The resource types of a template by logical id. */
type Types = Readonly<Record<string, string>>;

/** Scanners of templates, in a folder of their own. */
export class Scanners {
  /** As the table calls them. */
  public static readonly NAMES = ['cfn-lint', 'cfn-guard', 'Checkov'] as const;

  /** @param folder kept between runs */
  constructor(private readonly folder: string) {}

  /** Installs what is not there yet. */
  public install(): void {
    mkdirSync(this.folder, { recursive: true });
    this.once('python', readFileSync(REQUIREMENTS), target => {
      run('python3', ['-m', 'venv', target]);
      run(join(target, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', REQUIREMENTS]);
    });
    this.once('guard', GUARD.integrity, target => {
      mkdirSync(target);
      const [{ filename }] = JSON.parse(run('npm', ['pack', GUARD.package, '--json', '--pack-destination', target])) as { filename: string }[];
      const archive = join(target, basename(filename.replace('@', '').replace('/', '-')));
      const actual = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
      if (actual !== GUARD.integrity) {
        throw new Error(`${GUARD.package} is ${actual}, but the script expects ${GUARD.integrity}. Look at the package before you change that.`);
      }
      run('tar', ['-xzf', archive, '-C', target]);
      chmodSync(join(target, GUARD.program), 0o755);
    });
  }

  /** All findings in some templates. */
  public findings(templates: readonly string[]): Finding[] {
    const types: Types = Object.assign({}, ...templates.map(typesIn));
    return [...this.cfnLint(templates, types), ...this.cfnGuard(templates, types), ...this.checkov(templates)];
  }

  private cfnLint(templates: readonly string[], types: Types): Finding[] {
    const output = run(this.python('cfn-lint'), ['--format', 'json', '--include-checks', 'I', '-t', ...templates], [0, 2, 4, 6, 8, 10, 12, 14]);
    const matches = JSON.parse(output) as { Rule: { Id: string }; Location: { Path: string[] } }[];
    return matches.map(({ Rule, Location }) => ({ scanner: 'cfn-lint', rule: Rule.Id, resource: types[Location.Path?.[1]] ?? '' }));
  }

  private cfnGuard(templates: readonly string[], types: Types): Finding[] {
    const guard = join(this.folder, 'guard');
    const output = run(join(guard, GUARD.program), [
      'validate', '--rules', join(guard, GUARD.rules), ...templates.flatMap(template => ['--data', template]),
      '--structured', '--output-format', 'json', '--show-summary', 'none',
    ], [0, 19]);
    const reports = JSON.parse(output) as { not_compliant: unknown[] }[];
    return reports.flatMap(({ not_compliant }) => not_compliant.map(violation => {
      const text = JSON.stringify(violation);
      const rule = /\[(CT\.[A-Z0-9.]+)\]/.exec(text)?.[1] ?? text;
      return { scanner: 'cfn-guard', rule, resource: types[/"path":"\/Resources\/(\w+)/.exec(text)?.[1] ?? ''] ?? '' };
    }));
  }

  private checkov(templates: readonly string[]): Finding[] {
    const output = run(this.python('checkov'), [
      '--framework', 'cloudformation', '--output', 'json', '--quiet', '--compact', '--skip-download', ...templates.flatMap(template => ['-f', template]),
    ], [0, 1]);
    const { results } = JSON.parse(output) as { results: { failed_checks: { check_id: string; resource: string }[] } };
    return results.failed_checks.map(({ check_id, resource }) => ({ scanner: 'Checkov', rule: check_id, resource: resource.split('.')[0] }));
  }

  private python(program: string): string {
    return join(this.folder, 'python', 'bin', program);
  }

  /** Makes a folder again when its content shall be another one. */
  private once(name: string, content: string | Buffer, make: (target: string) => void): void {
    const [target, stamp] = [join(this.folder, name), join(this.folder, `${name}.sha256`)];
    const wanted = createHash('sha256').update(content).digest('hex');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
      return;
    }
    rmSync(target, { recursive: true, force: true });
    make(target);
    writeFileSync(stamp, wanted);
  }
}

function typesIn(template: string): Types {
  const { Resources } = JSON.parse(readFileSync(template, 'utf8')) as { Resources: Record<string, { Type: string }> };
  return Object.fromEntries(Object.entries(Resources).map(([id, { Type }]) => [id, Type]));
}

/** @param exitCodes those that mean that the program did its work */
function run(program: string, args: readonly string[], exitCodes: readonly number[] = [0]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (error || status === null || !exitCodes.includes(status)) {
    throw new Error(`${program} ended with ${status ?? String(error)}:\n${stdout?.slice(-2000)}\n${stderr?.slice(-2000)}`);
  }
  return stdout;
}
