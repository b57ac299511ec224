import * as fs from 'node:fs';
import * as path from 'node:path';
import type { App } from 'aws-cdk-lib';

const DIRECTORY = path.resolve(__dirname, '..', 'examples');

/** An example: a folder whose main.ts exports a function of the same name, in camel case, that declares its stacks. */
export interface Example {
  readonly name: string;
  declare(app: App): void;
}

export const EXAMPLES: readonly Example[] = fs.readdirSync(DIRECTORY)
  .filter(name => fs.existsSync(path.join(DIRECTORY, name, 'main.ts')))
  .map(name => ({
    name,
    declare(app) {
      const declarations = jest.requireActual<Readonly<Record<string, (app: App) => unknown>>>(path.join(DIRECTORY, name, 'main'));
      declarations[camelCase(name)](app);
    },
  }));

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
