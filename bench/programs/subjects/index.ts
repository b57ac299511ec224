import { globalAccelerator } from './global-accelerator';
import { ses } from './ses';
import type { Subject } from './subject';
import { workspaces } from './workspaces';

const SUBJECTS: Readonly<Record<string, Subject>> = { ses, 'global-accelerator': globalAccelerator, workspaces };

export function subjectOf(name: string): Subject {
  return SUBJECTS[name];
}
