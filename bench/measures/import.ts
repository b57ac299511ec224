import { goal, type Measure } from '../measure';
import { interleave, median, spreadOf } from '../statistics';

interface Loaded {
  readonly milliseconds: number;
}

const MAX_MILLISECONDS = 15;

/** Loading the package after aws-cdk-lib, in a fresh process. */
export const importing: Measure = {
  name: 'import',
  run: ({ effort, workspace }) => {
    const library = workspace.path('src', 'index.js');
    const program = (name: string) => workspace.path('bench', 'programs', `${name}.js`);
    const load = (...modules: string[]) => () => workspace.run<Loaded>('load', ...modules).output.milliseconds;
    const runs = interleave(2 * effort.runs, {
      'aws-cdk-lib': load('aws-cdk-lib'),
      'ours, after aws-cdk-lib': load('aws-cdk-lib', library),
      'ours and one construct, after an App and a Stack': load('aws-cdk-lib', program('empty-app'), program('use-endpoint')),
      'ours and all constructs, after an App and a Stack': load('aws-cdk-lib', program('empty-app'), program('use-everything')),
      'custom-resources, after aws-cdk-lib': load('aws-cdk-lib', 'aws-cdk-lib/custom-resources'),
    });
    return Object.entries(runs).map(([subject, times]) => ({
      measure: 'import', subject, unit: 'ms', value: median(times), spread: spreadOf(times),
      goal: subject === 'ours, after aws-cdk-lib' ? goal(median(times), MAX_MILLISECONDS) : undefined,
    }));
  },
};
