import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as ts from 'typescript';
import { makeIndexLazy } from '../scripts/lazy-index';

export const ROOT = resolve(__dirname, '..');

/** What a program in a child process needed, besides what it printed. */
export interface ChildRun<T> {
  /** From its start to its end, in milliseconds, node's own start included. */
  readonly milliseconds: number;
  readonly output: T;
}

/**
 * A temporary copy of the package in plain JavaScript, as a user has it, so that child processes pay for no compiler. The
 * AWS CDK in it is the newest one that this repository is tested with.
 */
export class Workspace {
  public static create(): Workspace {
    const folder = mkdtempSync(join(tmpdir(), 'cdk-multi-region-bench-'));
    const workspace = new Workspace(folder);
    workspace.link();
    workspace.transpile('src');
    makeIndexLazy(workspace.path('src'));
    workspace.transpile('lambda');
    workspace.transpile('bench/programs');
    return workspace;
  }

  private constructor(public readonly folder: string) {}

  public path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Runs a program of `programs/` in a process of its own; it prints JSON. */
  public run<T>(program: string, ...args: string[]): ChildRun<T> {
    const start = process.hrtime.bigint();
    const child = spawnSync(process.execPath, [this.path('bench', 'programs', `${program}.js`), ...args], {
      cwd: this.folder, encoding: 'utf8', env: { ...process.env, ...CHILD_ENVIRONMENT, NODE_OPTIONS: '' },
    });
    const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
    if (child.status !== 0) {
      throw new Error(`The program ${program} ${args.join(' ')} ended with ${child.status ?? child.signal}:\n${child.stderr}`);
    }
    return { milliseconds, output: JSON.parse(child.stdout) as T };
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private link(): void {
    const modules = join(ROOT, 'node_modules');
    mkdirSync(this.path('node_modules'));
    for (const name of readdirSync(modules)) {
      if (!name.startsWith('.') && name !== 'aws-cdk-lib') {
        symlinkSync(join(modules, name), this.path('node_modules', name));
      }
    }
    symlinkSync(join(modules, 'aws-cdk-lib-newest'), this.path('node_modules', 'aws-cdk-lib'));
    symlinkSync(join(ROOT, 'assets'), this.path('assets'));
  }

  /** Compiles without checking: the checks are the build's. */
  private transpile(folder: string): void {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) {
        continue;
      }
      const { outputText } = ts.transpileModule(readFileSync(join(ROOT, folder, name), 'utf8'), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, experimentalDecorators: true },
      });
      const target = this.path(folder, name.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, outputText);
    }
  }
}

/** Names of the services whose handlers are bundled. */
export function bundledServices(): string[] {
  const folder = join(ROOT, 'assets', 'lambda');
  const services = existsSync(folder) ? readdirSync(folder) : [];
  return services.filter(service => existsSync(bundlePath(service)));
}

export function bundlePath(service: string): string {
  return join(ROOT, 'assets', 'lambda', service, 'index', 'index.js');
}

/** What a handler finds in Lambda, and nothing that costs time without being measured. */
const CHILD_ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:Waiter',
  // Checks templates against CloudFormation's schemas: seconds, and the same for all subjects.
  CDK_VALIDATION: 'false',
};
