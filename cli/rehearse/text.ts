import { sorted } from './build-report';
import { FAILURE_TYPE } from './failure-point';
import { Change, InertReport, Report, ResourceReport, StackReport, StaleUse, Use } from './report';
import { duration } from '../deployment-page/duration';

/** Changes that need a reader's eye. */
const LOUD: readonly Change[] = ['replaced', 're-created in its place', 'refused', 'deleted', 'not rehearsed'];
const MAX_NAMED = 3;
const MAX_USES = 5;
const MAX_INVENTED = 5;

/** A report as a person reads it. */
export function asText(report: Report, options: { readonly events?: boolean } = {}): string {
  return [
    ...report.stacks.flatMap(stack => stackLines(stack, report)),
    ...removedStacks(report),
    ...report.leftovers.length === 0 ? [] : [
      'Left over, in no stack:', ...report.leftovers.map(({ type, region, id }) => `  ! ${type} ${id} (${region})`),
    ],
    ...notRehearsed(report),
    ...defectLines(report),
    ...report.assumptions,
    ...options.events ? ['', ...eventLines(report)] : [],
  ].map(line => `${line}\n`).join('');
}

function stackLines(stack: StackReport, { resources }: Report): string[] {
  const own = sorted(resources.filter(resource => resource.stack === stack.id));
  const quiet = own.filter(({ change }) => change === 'as before');
  return [
    `${stack.id} (${stack.region}): ${outcome(stack)}`,
    ...failureLines(stack),
    ...own.filter(resource => !quiet.includes(resource)).flatMap(resourceLines),
    ...quiet.length === 0 ? [] : [`    ${quiet.map(({ path }) => path).join(', ')}  as before`],
  ];
}

function outcome({ outcome: word, seconds, note }: StackReport): string {
  switch (word) {
    case 'succeeds': return `succeeds, about ${duration(seconds)} (assumed)`;
    case 'unchanged': return 'no change';
    case 'fails': return 'WILL FAIL';
    case 'not deployed': return `is not deployed: ${note}`;
    case 'not rehearsed': return `was not rehearsed: ${note}`;
  }
}

function failureLines({ failure }: StackReport): string[] {
  return failure === undefined ? [] : [
    `  ! at ${failure.type === FAILURE_TYPE ? 'its end' : `${failure.path} (${failure.type})`} after ${duration(failure.atSeconds)}: ${plain(failure.reason)}`,
    failure.status === 'refused' ? '    CloudFormation refuses the template; the stack stays as it is'
      : `    the stack ends in ${failure.status}; below is how it is then`,
    ...failure.advice === undefined ? [] : [`    ${failure.advice}`],
  ];
}

function resourceLines(resource: ResourceReport): string[] {
  const { change, disruptive, effects, advice, path, type, usedBy, staleIn, reason } = resource;
  const [headline, ...others] = change === 'not rehearsed' ? [reason] : effects;
  const loud = disruptive || change === 'refused' || change === 'not rehearsed';
  const word = LOUD.includes(change) ? change.toUpperCase() : change;
  return [
    `  ${loud ? '!' : ' '} ${path}  ${word}${headline ? `: ${headline}` : ''}${loud ? '' : `  ${type}`}`,
    ...others.map(text => `    ${text}`),
    ...usedBy.length > 0 && changesValues(resource) ? [`    used by ${uses(usedBy)}`] : [],
    ...staleLines(staleIn),
    ...advice.map(text => `    ${text}`),
  ];
}

function staleLines(staleIn: readonly StaleUse[]): string[] {
  const [kept, later] = [staleIn.filter(({ deployed }) => deployed), staleIn.filter(({ deployed }) => !deployed)];
  return [
    ...later.length > 0 ? [`    ! still the old value in ${uses(later)}, until that is deployed`] : [],
    ...kept.length > 0 ? [
      `    ! still the old value in ${uses(kept)}, although that is deployed, too: its template is the same.`,
      '      Share it in a MultiRegionParameter, whose readers get the new value.',
    ] : [],
  ];
}

/** Without what CloudFormation puts around the answer of a custom resource. */
function plain(reason: string): string {
  return reason.replace(/^Received response status \[FAILED\] from custom resource\. Message returned: /, '').replace(/ \(RequestId: [^)]*\)$/, '');
}

function changesValues({ attributes }: ResourceReport): boolean {
  return Object.values(attributes).some(({ before, after }) => before !== null && after !== null);
}

function uses(all: readonly Use[]): string {
  const named = all.slice(0, MAX_USES).map(({ stack, path, type }) => `${stack}/${path} (${type.replace(/^AWS::/, '')})`);
  return all.length > MAX_USES ? `${named.join(', ')} and ${all.length - MAX_USES} more` : named.join(', ');
}

/** Resources of stacks that are not in the new version, or were not selected. */
function removedStacks({ resources, stacks }: Report): string[] {
  const others = [...new Set(resources.map(({ stack }) => stack))].filter(id => !stacks.some(stack => stack.id === id));
  return others.map(id => `${id}: is not deployed, and stays as it is`);
}

function notRehearsed({ stacks, inert: all, invented }: Report): string[] {
  const inert = stacks.length > 1 ? all.map(one => ({ ...one, path: `${one.stack}/${one.path}` })) : all;
  const counts = [
    counted(inert, 'function', ({ type }) => type === 'AWS::Lambda::Function'),
    counted(inert, 'state machine', ({ type }) => type === 'AWS::StepFunctions::StateMachine'),
    counted(inert, 'custom resource', ({ type }) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource'),
    counted(inert, 'other resource', ({ type }) => !/^(AWS::Lambda::Function|AWS::StepFunctions::StateMachine|Custom::.*|.*::CustomResource)$/.test(type)),
  ].filter(Boolean);
  return [
    '',
    ...counts.length === 0 ? [] : [`Not rehearsed: ${counts.join(', ')} of yours (inert)`],
    ...inventionLines(invented),
  ];
}

/** A few of each kind. */
function inventionLines(invented: Report['invented']): string[] {
  return [...new Set(invented.map(({ kind }) => kind))].flatMap(kind => {
    const all = invented.filter(invention => invention.kind === kind);
    const named = all.slice(0, MAX_INVENTED).map(({ name, value }) => `Invented: ${kind} ${name}: ${value}`);
    return all.length > MAX_INVENTED ? [...named, `Invented: ${all.length - MAX_INVENTED} more of this kind (${kind})`] : named;
  });
}

function defectLines({ defects }: Report): string[] {
  return defects.length === 0 ? [] : [
    'Defects of the rehearsal itself; please report them, with the templates if you can:',
    ...defects.map(({ stack, path, type, message }) => `  ! ${path === undefined ? '' : `${stack}/${path} (${type}): `}${message}`),
  ];
}

function counted(inert: readonly InertReport[], name: string, isOne: (resource: InertReport) => boolean): string | undefined {
  const found = inert.filter(isOne);
  const names = found.length <= MAX_NAMED && name !== 'other resource' ? ` (${found.map(({ path }) => path).join(', ')})` : '';
  return found.length === 0 ? undefined : `${found.length} ${name}${found.length === 1 ? '' : 's'}${names}`;
}

function eventLines({ events }: Report): string[] {
  return events.map(({ seconds, stack, path, type, status, reason }) =>
    `${duration(seconds).padStart(7)}  ${status.padEnd(20)} ${[stack, path].filter(Boolean).join('/')}  ${type}${reason ? `  ${reason}` : ''}`);
}
