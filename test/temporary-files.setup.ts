import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests: one folder for what they leave, e.g. the cloud assembly of every synthesis. */
export default function makeTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-multi-region-tests-'));
  process.env.FOLDER_OF_THESE_TESTS = folder;
  process.env.TMPDIR = folder;
}
