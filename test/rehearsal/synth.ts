import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

const directories: string[] = [];

/** Cloud assembly of an app. Nothing calls the functions of the apps, so they need not be bundled. */
export function synth(build: (app: App) => void): string {
  const outdir = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  directories.push(outdir);
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  build(app);
  return app.synth().directory;
}

export function removeAssemblies(): void {
  directories.splice(0).forEach(directory => rmSync(directory, { recursive: true, force: true }));
}
