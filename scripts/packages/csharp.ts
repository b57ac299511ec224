import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Language } from './language';
import { onlyEntry, type Assembly } from './workspace';

/** Generated only: a build needs the .NET SDK and its package registry. */
export const csharp: Language = {
  name: 'C#',

  missing: async () => undefined,

  async build(workspace) {
    const directory = onlyEntry(await workspace.pacmak('dotnet', '--code-only'));
    const files = fs.readdirSync(directory, { recursive: true }).map(file => path.basename(String(file)));
    const lacking = [...sourcesOf(workspace.assembly()), '.csproj', '.tgz']
      .filter(suffix => !files.some(file => file.endsWith(suffix)));
    if (lacking.length > 0) {
      throw new Error(`The generated C# lacks ${lacking.join(', ')}.`);
    }
  },
};

/** One source file for each exported type. */
function sourcesOf({ types }: Assembly): string[] {
  return Object.values(types).map(({ name }) => `${name}.cs`);
}
