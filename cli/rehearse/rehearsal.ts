import { Account } from './account';
import { declaredNames, infrastructureOf, readApp, RehearsedApp, resourcesOf, Substitute, substitutes } from './app';
import { failurePoint, withFailure } from './failure-point';
import { FaultName, Faults } from './faults';
import { namesOf } from './names';
import { causeOf, Deployment, Observations } from './observations';
import { NotRehearsed } from './report';
import { OUR_TYPES } from './resource-kinds';
import { takeSnapshot } from './snapshot';
import { Recording } from '../deployment-page/recording';
import { partitionOf } from '../partition';
import { AssemblyStack } from '../../sandbox/cloudformation/assembly';
import { ProvisioningContext } from '../../sandbox/cloudformation/provisioner';
import { StackEvent } from '../../sandbox/cloudformation/stack';
import { JsonObject, ValidationError } from '../../sandbox/cloudformation/template';
import { Inventor } from '../../sandbox/inert/inventor';

export interface RehearsalOptions {
  /** Values of template parameters by name. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Values of SSM parameters by name. */
  readonly ssm?: Readonly<Record<string, string>>;
  /** Ids of the WorkSpaces directories that exist. @default - each that the app names */
  readonly directories?: readonly string[];
  /** Ids or names of the stacks of the new version that are deployed, with those that they depend on. @default - all */
  readonly stacks?: readonly string[];
  /** Region of stacks that are not bound to one. @default us-east-1 */
  readonly region?: string;
  /** Path or logical id of a resource that fails, or id of a stack that fails after everything else. */
  readonly failAt?: string;
  readonly fault?: FaultName;
}

const DEFAULT_ACCOUNT = '111122223333';
const DEFAULT_REGION = 'us-east-1';
/** Workers of abandoned operations come to their end within an hour. */
const REST_MILLISECONDS = 3_700_000;
const DEFECT = 'the rehearsal itself failed, see its defects';

/** Deploys an old and then a new version of an app in accounts of its own. */
export class Rehearsal {
  private readonly accounts = new Map<string, Account>();
  private readonly events: StackEvent[] = [];
  private readonly faults: Faults;
  private readonly old?: RehearsedApp;
  private readonly current: RehearsedApp;
  private readonly infrastructure: ReadonlySet<string>;
  private readonly inventor: Inventor;
  private readonly substitutes: ReadonlyMap<string, Substitute>;

  constructor(oldPath: string | undefined, newPath: string, private readonly options: RehearsalOptions) {
    this.current = readApp(newPath);
    this.old = oldPath === undefined ? undefined : readApp(oldPath, this.current);
    const templates = [this.current, this.old].flatMap(app => app?.templates ?? []);
    requireParameters(options.parameters ?? {}, templates);
    this.infrastructure = infrastructureOf(templates);
    const declared = declaredNames(templates);
    this.inventor = new Inventor((kind, name) => declared.has(`${kind} ${name}`), options.ssm);
    this.substitutes = substitutes([this.old, this.current].filter(app => app !== undefined), this.infrastructure);
    this.substitutes.forEach(({ logicalId }) => this.inventor.note('code of function', logicalId, 'that of another version'));
    this.faults = new Faults(options.fault);
  }

  public async run(): Promise<Observations> {
    try {
      await this.deployOld();
      const before = takeSnapshot(this.all());
      const known = new Set(this.all().flatMap(account => account.inventory().map(({ id }) => id)));
      this.events.length = 0;
      this.faults.arm(this.isFailing());
      const deployments = await this.deployNew();
      // Something else may have failed before.
      if (deployments.every(({ outcome }) => outcome === 'succeeds' || outcome === 'unchanged')) {
        this.faults.requireReached(this.options.failAt);
      }
      await this.rest();
      const after = takeSnapshot(this.all());
      const { current, old, events, inventor, infrastructure } = this;
      return { current, old, before, after, deployments, events, inventor, infrastructure, known, accounts: this.all() };
    } finally {
      await Promise.all(this.all().map(({ sandbox }) => sandbox.stop()));
    }
  }

  /** Whether a resource is the one that is to fail. */
  private isFailing(): (context: ProvisioningContext) => boolean {
    const { current, old, options: { failAt } } = this;
    if (failAt === undefined) {
      return () => false;
    }
    const point = failurePoint(current, failAt);
    return ({ stackId, logicalId }) => {
      if (logicalId !== point.logicalId) {
        return false;
      }
      const names = namesOf({ current, old, accounts: this.all() });
      return names.stackId(stackId) === point.stack && names.pathOf(stackId, logicalId) === point.path;
    };
  }

  private all(): Account[] {
    return [...this.accounts.values()];
  }

  private async deployOld(): Promise<void> {
    for (const stack of this.old?.stacks ?? []) {
      const { outcome, reason, note, cause } = await this.deploy(stack);
      if (outcome !== 'succeeds' && this.hasOurs(stack)) {
        throw new NotRehearsed(`Stack '${stack.id}' of the old version can't be deployed in the rehearsal, so nothing can be said about the `
          + `change: ${cause ? `${cause.logicalId}: ${cause.reason}` : reason ?? note}`);
      }
    }
    await this.rest();
  }

  private async deployNew(): Promise<Deployment[]> {
    const deployments: Deployment[] = [];
    for (const stack of this.selected()) {
      const obstacle = deployments.find(({ outcome, stack: { id } }) =>
        stack.dependencies.includes(id) && (outcome === 'fails' || outcome === 'not deployed'));
      deployments.push(obstacle ? await this.skip(stack, obstacle.stack.id) : await this.deploy(withFailure(stack, this.options.failAt)));
    }
    return deployments;
  }

  private selected(): AssemblyStack[] {
    const { stacks } = this.current;
    const names = this.options.stacks;
    const chosen = new Set<AssemblyStack>();
    const add = (stack: AssemblyStack): void => {
      stacks.filter(({ id }) => stack.dependencies.includes(id)).forEach(add);
      chosen.add(stack);
    };
    (names ?? stacks.map(({ id }) => id)).forEach(name => add(this.stackNamed(name)));
    return stacks.filter(stack => chosen.has(stack));
  }

  private stackNamed(name: string): AssemblyStack {
    const { stacks } = this.current;
    const found = stacks.find(({ id, stackName }) => id === name || stackName === name);
    if (!found) {
      throw new NotRehearsed(`The new version has no stack '${name}'. It has ${stacks.map(({ id }) => id).join(', ')}.`);
    }
    return found;
  }

  private async skip(stack: AssemblyStack, obstacle: string): Promise<Deployment> {
    const account = await this.accountOf(stack);
    const now = account.sandbox.clock.now();
    return {
      stack, account, region: this.regionOf(stack), outcome: 'not deployed', from: now, to: now, note: `it depends on ${obstacle}, which fails`,
    };
  }

  private async deploy(stack: AssemblyStack): Promise<Deployment> {
    const account = await this.accountOf(stack);
    const { cloudFormation, clock } = account.sandbox;
    const region = this.regionOf(stack);
    const from = clock.now();
    const parts = { stack, region, account, from };
    account.look();
    this.faults.beginStack();
    const recording = new Recording(account.sandbox);
    const defectsBefore = account.defectCount;
    try {
      const { status, reason } = await account.sandbox.run(() => cloudFormation.deploy({
        stackName: stack.stackName, region, template: stack.template, parameters: this.parametersOf(stack),
      }));
      account.look();
      const recorded = recording.stop();
      const { events } = recorded;
      const outcome = events.length === 0 ? 'unchanged' : isSuccess(status) ? 'succeeds' : 'fails';
      const deployment = {
        ...parts, to: clock.now(), recorded, outcome, status, reason, cause: causeOf(events, stack),
      } as const;
      // A failure that may be ours must not be blamed on the app.
      return outcome === 'fails' && account.defectCount > defectsBefore
        ? { ...deployment, outcome: 'not rehearsed', note: DEFECT }
        : deployment;
    } catch (error) {
      // CloudFormation refuses the template at once; anything else is a defect of the sandbox, which must not end the rehearsal.
      const reason = (error as Error).message;
      return error instanceof ValidationError
        ? { ...parts, to: clock.now(), outcome: 'fails', status: 'refused', reason }
        : { ...parts, to: clock.now(), outcome: 'not rehearsed', note: reason };
    }
  }

  private parametersOf({ parameters, template }: AssemblyStack): Record<string, string> {
    const declared = Object.keys((template.Parameters ?? {}) as JsonObject);
    const given = Object.entries(this.options.parameters ?? {}).filter(([name]) => declared.includes(name));
    return { ...parameters, ...Object.fromEntries(given) };
  }

  private regionOf({ region }: AssemblyStack): string {
    return region ?? this.options.region ?? DEFAULT_REGION;
  }

  private async accountOf(stack: AssemblyStack): Promise<Account> {
    const { account = DEFAULT_ACCOUNT } = stack;
    const known = this.accounts.get(account);
    if (known) {
      return known;
    }
    const made = new Account({
      accountId: account,
      seed: this.accounts.size,
      partition: partitionOf(this.regionOf(stack)),
      infrastructure: this.infrastructure,
      inventor: this.inventor,
      directories: this.options.directories,
      interceptor: this.faults.interceptor,
      invocationFaults: this.faults.invocationFaults,
      failure: (context, verb, physicalId) => this.faults.failAfter(context, verb, physicalId),
      onEvent: event => {
        this.events.push(event);
        this.faults.note(event);
      },
      assetPath: key => this.substitutes.get(key)?.directory ?? this.current.assetPath(key) ?? this.old?.assetPath(key),
    });
    this.accounts.set(account, made);
    await made.sandbox.start();
    return made;
  }

  private async rest(): Promise<void> {
    for (const account of this.all()) {
      await account.sandbox.elapse(REST_MILLISECONDS);
      account.look();
    }
  }

  private hasOurs({ template }: AssemblyStack): boolean {
    return [...resourcesOf(template).values()].some(({ Type = '' }) => OUR_TYPES.has(Type) || Type === 'AWS::CloudFormation::Stack');
  }
}

/** @throws NotRehearsed if a template parameter was given that no stack has */
function requireParameters(given: Readonly<Record<string, string>>, templates: readonly JsonObject[]): void {
  const declared = [...new Set(templates.flatMap(({ Parameters = {} }) => Object.keys(Parameters as JsonObject)))];
  const unknown = Object.keys(given).find(name => !declared.includes(name));
  if (unknown !== undefined) {
    throw new NotRehearsed(`No stack has a template parameter '${unknown}'. There are ${declared.sort().join(', ') || 'none'}.`);
  }
}

function isSuccess(status: string): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';
}
