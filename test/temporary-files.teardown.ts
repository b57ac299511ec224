import { rmSync } from 'node:fs';

/** After all tests. Not TMPDIR itself: should it not have been set, it is everybody's. */
export default function removeTemporaryFolder(): void {
  const folder = process.env.FOLDER_OF_THESE_TESTS;
  if (folder) {
    rmSync(folder, { recursive: true, force: true });
  }
}
