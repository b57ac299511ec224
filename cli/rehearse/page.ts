import { namesOf } from './names';
import { Deployment, Observations } from './observations';
import { Report, StackReport } from './report';
import { OUR_TYPES } from './resource-kinds';
import { asText } from './text';
import { Chart, DeploymentPage } from '../deployment-page/model';
import { groupsOf, Naming } from '../deployment-page/rows';

const OUTCOMES: Readonly<Record<StackReport['outcome'], string>> = {
  'succeeds': 'succeeds',
  'unchanged': 'no change',
  'fails': 'WILL FAIL',
  'not deployed': 'is not deployed',
  'not rehearsed': 'was not rehearsed',
};

/** The deployment of the new version over time: a chart for each stack. */
export function pageOf(report: Report, seen: Observations): DeploymentPage {
  return {
    title: `Rehearsal: ${report.outcome}`,
    introduction: ['What the deployment of the new version does, in an AWS that was simulated. Times are assumptions.'],
    report: asText(report),
    sections: [{
      title: 'The deployment over time',
      charts: seen.deployments.map((deployment, index) => chartOf(deployment, report.stacks[index], naming(deployment, report, seen))),
    }],
  };
}

function chartOf({ recorded }: Deployment, stack: StackReport, names: Naming): Chart {
  return {
    title: `${stack.id} (${stack.region})`,
    outcome: OUTCOMES[stack.outcome],
    isGood: stack.outcome === 'succeeds' || stack.outcome === 'unchanged',
    seconds: stack.seconds,
    groups: recorded ? groupsOf(recorded, names) : [],
  };
}

function naming({ stack }: Deployment, { resources }: Report, seen: Observations): Naming {
  const names = namesOf(seen);
  return {
    stackTitle: ({ stackId, region }) => `${names.titleOf(stackId)} (${region})`,
    label: (stackId, logicalId) => names.pathOf(stackId, logicalId),
    isOurs: type => OUR_TYPES.has(type),
    outages: (stackId, logicalId) => (resources.find(one => one.stack === stack.id && one.path === names.pathOf(stackId, logicalId))?.outages ?? [])
      .map(({ fromSeconds: from, toSeconds: to }) => ({ from, to, kind: 'outage', text: 'nothing gets through' })),
  };
}
