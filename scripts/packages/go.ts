import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Language } from './language';
import { run, succeeds } from './process';
import { onlyEntry } from './workspace';

const CDK_MODULE = 'github.com/aws/aws-cdk-go/awscdk/v2';

/**
 * jsii-pacmak generates the module, and `go build` compiles it here: the go.mod that jsii-pacmak writes names, for what is
 * needed indirectly, the versions in node_modules, which a module proxy need not have.
 */
export const go: Language = {
  name: 'Go',

  missing: async () => await succeeds('go', ['version']) ? undefined : 'there is no go on the PATH',

  async build(workspace) {
    const directory = onlyEntry(await workspace.pacmak('go', '--code-only'));
    const local = path.join(directory, 'local.go.mod');
    fs.copyFileSync(path.join(directory, 'go.mod'), local);
    fs.appendFileSync(local, await replacements(directory));
    await run('go', ['build', '-mod=mod', '-modfile=local.go.mod', './...'], { directory });
  },

  consumer: {
    async install(workspace) {
      const directory = workspace.consumer('go');
      const packed = onlyEntry(workspace.packagesOf('go'));
      const { Module: { Path: name }, Require: required } = await goMod(path.join(packed, 'go.mod'));
      const direct = required.filter(({ Indirect }) => !Indirect).map(({ Path, Version }) => `require ${Path} ${Version}`);
      fs.writeFileSync(path.join(directory, 'go.mod'), [
        'module consumer', 'go 1.25', ...direct, `require ${name} v${workspace.version}`, `replace ${name} => ${packed}`,
        await replacements(packed),
      ].join('\n'));
      await run('go', ['build', '-mod=mod', '-o', 'consumer', '.'], { directory });
    },

    async synthesize(workspace) {
      const directory = workspace.consumer('go');
      return workspace.synthesize(path.join(directory, 'consumer'), [], directory);
    },
  },
};

interface Requirement {
  readonly Path: string;
  readonly Version: string;
  readonly Indirect?: boolean;
}

interface GoMod {
  readonly Module: { readonly Path: string };
  readonly Require: readonly Requirement[];
}

async function goMod(file: string): Promise<GoMod> {
  return JSON.parse(await run('go', ['mod', 'edit', '-json', file])) as GoMod;
}

/** For each indirect requirement that the module proxy does not have: the version that the AWS CDK's own module requires. */
async function replacements(directory: string): Promise<string> {
  const { Require: required } = await goMod(path.join(directory, 'go.mod'));
  const unavailable: Requirement[] = [];
  for (const requirement of required.filter(({ Indirect }) => Indirect)) {
    if (!await succeeds('go', ['mod', 'download', `${requirement.Path}@${requirement.Version}`])) {
      unavailable.push(requirement);
    }
  }
  if (unavailable.length === 0) {
    return '';
  }
  const cdk = required.find(({ Path }) => Path === CDK_MODULE)!;
  const download = await run('go', ['mod', 'download', '-json', `${cdk.Path}@${cdk.Version}`]);
  const ofCdk = await goMod((JSON.parse(download) as { readonly GoMod: string }).GoMod);
  return unavailable.map(requirement => replacement(requirement, ofCdk)).join('');
}

function replacement({ Path, Version }: Requirement, ofCdk: GoMod): string {
  const released = ofCdk.Require.find(requirement => requirement.Path === Path);
  if (!released) {
    throw new Error(`The Go module proxy does not have ${Path}@${Version}, and ${CDK_MODULE} does not say which version to use instead.`);
  }
  return `replace ${Path} => ${Path} ${released.Version}\n`;
}
