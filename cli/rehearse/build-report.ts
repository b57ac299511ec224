import { STANDBY_QUOTA } from './account';
import { compare, Pair } from './compare';
import { adviceOf, effectsOf } from './describe';
import { FAILURE_TYPE } from './failure-point';
import { namesOf } from './names';
import { Deployment, Observations } from './observations';
import { staleReaders } from './parameter-readers';
import {
  DefectReport, EventReport, FailureReport, InertReport, Leftover, Report, ResourceReport, StackReport, StaleUse, Use, Values,
} from './report';
import { kindOf, OUR_TYPES } from './resource-kinds';
import { mentions, OurState, ResourceState } from './snapshot';
import { Names } from '../../sandbox/cloudformation/names';
import { StackEvent } from '../../sandbox/cloudformation/stack';

const PLUMBING = /^(Custom::CrossRegionExport|AWS::CloudFormation::)/;
const MIN_VALUE_LENGTH = 6;
/** Attributes that many others have, too: who has such a value need not have it from here. */
const SHARED = /(Region|AccountId|DirectoryId|SubnetId|BundleId|EmailIdentity|State|Status|Count|Members)$/;
/** Attributes that are ids of what is somebody else's, and stays when the resource is deleted. */
const OTHERS = /^((Peer)?TransitGatewayId|TransitGatewayAttachmentId|(Peer)?ClusterArn|(Peer)?ClusterEndpoint|AliasId)$/;

const EXPORT_IN_USE = /^Export .* cannot be (updated|deleted) as it is in use by /;
const EXPORT_ADVICE = 'A value that other stacks import can\'t change. Share it in a MultiRegionParameter instead of a reference, '
  + 'or let those stacks do without it in a deployment before.';

const ASSUMPTIONS = [
  'Times are assumptions, and so is the way in which AWS rolls a replacement back.',
  'Only the resources of cdk-multi-region are rehearsed: whether the rest of a stack deploys is not tested.',
  `Service quotas are those of a new account, but for standby WorkSpaces: ${STANDBY_QUOTA.toLocaleString('en')} in a Region.`,
  'Traffic that your application allowed at run time counts as denied.',
];

/** Says what was seen. */
export class ReportBuilder {
  private readonly names: Names;
  /** Ids of all that exists. */
  private readonly remaining: ReadonlySet<string>;

  constructor(private readonly seen: Observations) {
    this.names = namesOf(seen);
    this.remaining = new Set(seen.accounts.flatMap(account => account.inventory().map(({ id }) => id)));
  }

  public build(): Report {
    const resources = this.resources();
    const stacks = this.seen.deployments.map(deployment => this.stack(deployment));
    const fails = stacks.some(({ outcome }) => outcome === 'fails');
    return {
      version: 1,
      outcome: fails ? 'fails' : resources.some(({ disruptive }) => disruptive) ? 'disruptive' : 'harmless',
      stacks,
      resources,
      leftovers: this.leftovers(),
      inert: this.inert(),
      invented: this.seen.inventor.inventions,
      defects: this.defects(),
      assumptions: ASSUMPTIONS,
      events: this.seen.events.map(event => this.event(event)),
    };
  }

  private stack(deployment: Deployment): StackReport {
    const { stack, region, outcome, from, to, note } = deployment;
    return {
      id: stack.id,
      name: stack.stackName,
      region,
      outcome,
      seconds: (to - from) / 1000,
      note,
      failure: outcome === 'fails' ? this.failure(deployment) : undefined,
    };
  }

  private failure(deployment: Deployment): FailureReport {
    const { stack, from, status = '', reason = '' } = deployment;
    const { cause: event } = deployment;
    return {
      path: (event && this.names.pathOf(event.stackId, event.logicalId)) || stack.id,
      logicalId: event?.logicalId ?? stack.stackName,
      type: event?.type ?? 'AWS::CloudFormation::Stack',
      reason: event?.reason ?? reason,
      atSeconds: ((event?.timestamp ?? from) - from) / 1000,
      status,
      advice: EXPORT_IN_USE.test(event?.reason ?? reason) ? EXPORT_ADVICE : undefined,
    };
  }

  private resources(): ResourceReport[] {
    const { before, after } = this.seen;
    const keys = [...new Set([...before.ours.keys(), ...after.ours.keys()])];
    const reports = keys.map(key => this.resource({ before: before.ours.get(key), after: after.ours.get(key) }));
    return reports.map(report => withRename(report, reports));
  }

  private resource({ before, after }: Pick<Pair, 'before' | 'after'>): ResourceReport {
    const state = (after ?? before)!;
    const deployment = this.deploymentOf(state);
    const failure = deployment?.outcome === 'fails' ? this.failureOf(state, deployment) : undefined;
    const defect = defectAt(state);
    const pair: Pair = {
      before, after, deployment: deployment && isDeployed(deployment) ? deployment : undefined, failure, defect,
      heir: before && !after ? this.heirOf(before) : undefined,
      exists: id => this.remaining.has(id),
    };
    const comparison = compare(pair);
    const others = this.othersThan(state);
    const own = Object.entries(comparison.attributes).filter(([name]) => !SHARED.test(name));
    const lost = after ? own : own.filter(([name]) => !OTHERS.test(name));
    return {
      stack: this.stackIdOf(state),
      path: this.names.pathOf(state.stackId, state.logicalId),
      logicalId: state.logicalId,
      type: state.type,
      ...comparison,
      effects: effectsOf(pair, comparison),
      advice: adviceOf(pair, comparison),
      usedBy: before && after && defect === undefined ? usersOf(others, own, 'after', state).map(user => this.nameOf(user)) : [],
      staleIn: before && defect === undefined ? [
        ...usersOf(others, lost, 'before', state).map(user => this.stale(user)),
        ...staleReaders(before, after, others).map(user => ({ ...this.nameOf(user), deployed: false })),
      ] : [],
      reason: defect ?? failure,
    };
  }

  /** Path of the resource that has adopted what was this one's. */
  private heirOf(before: OurState): string | undefined {
    const heir = [...this.seen.after.ours.values()].find(after => !this.seen.before.ours.has(after.key) && inherits(before, after));
    return heir && this.names.pathOf(heir.stackId, heir.logicalId);
  }

  private failureOf(state: ResourceState, deployment: Deployment): string | undefined {
    const { cause: event } = deployment;
    return event?.logicalId === state.logicalId && event.stackId === state.stackId ? event.reason : undefined;
  }

  private deploymentOf({ rootName, region, account }: ResourceState): Deployment | undefined {
    return this.seen.deployments.find(deployment =>
      deployment.stack.stackName === rootName && deployment.region === region && deployment.account === account);
  }

  /** A stack that is now deployed in another Region or account stays where it was, and is another one. */
  private stackIdOf(state: ResourceState): string {
    const id = this.names.stackId(state.stackId);
    const elsewhere = !this.deploymentOf(state) && this.seen.deployments.find(({ stack }) => stack.id === id);
    if (!elsewhere) {
      return id;
    }
    const { region, account } = state;
    return region === elsewhere.region ? `${id} in account ${account.sandbox.cloudFormation.accountId}` : `${id} in ${region}`;
  }

  /** None of its own type: nothing uses its like. */
  private othersThan({ type: own }: ResourceState): ResourceState[] {
    const { infrastructure, after: { ours, others } } = this.seen;
    const users = others.filter(({ type, logicalId }) => !PLUMBING.test(type) && !infrastructure.has(logicalId));
    return [...users, ...[...ours.values()].filter(({ type }) => type !== own)];
  }

  private stale(user: ResourceState): StaleUse {
    const outcome = this.deploymentOf(user)?.outcome;
    return { ...this.nameOf(user), deployed: outcome === 'succeeds' || outcome === 'unchanged' };
  }

  private leftovers(): Leftover[] {
    const { accounts, after, known } = this.seen;
    // What a defect has cut off could not be cleaned up either.
    if (accounts.some(({ defectCount }) => defectCount > 0)) {
      return [];
    }
    const owned = new Set([...after.ours.values()].flatMap(({ thingId, members }) => [thingId, ...members?.values() ?? []]));
    const natives = new Set(after.others.flatMap(({ type, account, region, physicalId, attributes }) =>
      type === 'AWS::SES::EmailIdentity' ? [account.identityArn(region, String(physicalId))] : [physicalId, ...Object.values(attributes)]));
    return accounts.flatMap(account => account.inventory()
      .filter(({ id }) => !known.has(id) && !owned.has(id) && !natives.has(id) && !account.furnishing.ids.has(id))
      .map(({ type, region, id }) => ({ type, region, id })));
  }

  private inert(): InertReport[] {
    return this.seen.accounts.flatMap(({ sandbox }) => [...sandbox.inertResources.values()])
      .filter(({ type }) => type !== FAILURE_TYPE)
      .map(resource => this.nameOf(resource));
  }

  private defects(): DefectReport[] {
    return this.seen.accounts.flatMap(({ defects, sandbox: { lostResources } }) => {
      const lost = lostResources.map(({ message, ...resource }) => ({ ...this.nameOf(resource), message }));
      const others = new Set(defects.map(({ message }) => message).filter(message => !lost.some(one => one.message === message)));
      return [...lost, ...[...others].map(message => ({ message }))];
    });
  }

  private event({ timestamp, stackId, logicalId, type, status, reason }: StackEvent): EventReport {
    const deployment = this.seen.deployments.find(({ account, from, to }) =>
      stackId.includes(`:${account.sandbox.cloudFormation.accountId}:`) && from <= timestamp && timestamp <= to);
    return {
      seconds: (timestamp - (deployment?.from ?? timestamp)) / 1000,
      ...this.nameOf({ stackId, logicalId, type }),
      status,
      reason,
    };
  }

  private nameOf({ stackId, logicalId, type }: { readonly stackId: string; readonly logicalId: string; readonly type: string }): Use {
    return { stack: this.names.stackId(stackId), path: this.names.pathOf(stackId, logicalId), type };
  }
}

function inherits({ identity, thingId, members }: OurState, after: OurState): boolean {
  const had = members ? [...members.values()] : [thingId].filter(id => id !== undefined);
  const has = after.members ? [...after.members.values()] : [after.thingId];
  return had.length > 0 && had.every(id => has.includes(id)) && (after.members !== undefined || identity === after.identity);
}

/** Resources with one of these attributes. The name of an endpoint means another one in each Region and account. */
function usersOf(
  resources: readonly ResourceState[], attributes: readonly (readonly [string, Values])[], side: keyof Values, owner: ResourceState,
): ResourceState[] {
  const looked = attributes.map(([name, values]) => ({ name, value: values[side] ?? '' })).filter(({ value }) => value.length >= MIN_VALUE_LENGTH);
  return resources.filter(({ region, account, properties }) => looked.some(({ name, value }) =>
    (name !== 'EndpointName' || (region === owner.region && account === owner.account)) && mentions(properties, value)));
}

function defectAt({ account, stackId, logicalId }: ResourceState): string | undefined {
  return account.sandbox.lostResources.find(lost => lost.stackId === stackId && lost.logicalId === logicalId)?.message;
}

function isDeployed({ outcome }: Deployment): boolean {
  return outcome === 'succeeds' || outcome === 'fails';
}

/** A construct with another id is another resource: whoever renames one should know. */
function withRename(report: ResourceReport, all: readonly ResourceReport[]): ResourceReport {
  const old = report.change !== 'created' ? undefined
    : all.find(({ change, kept, type, stack }) =>
      change === 'deleted' && !kept && type === report.type && stack === report.stack);
  if (!old || !OUR_TYPES.has(report.type) || kindOf(report.type).advice.length === 0) {
    return report;
  }
  const advice = `If this is ${old.path} with another name: keep the construct's id, or give the resource its old logical id `
    + `with overrideLogicalId('${old.logicalId}').`;
  return { ...report, advice: [...report.advice, advice] };
}

/** Resources of ours in the order in which they are read: by stack, then by path. */
export function sorted(resources: readonly ResourceReport[]): ResourceReport[] {
  return [...resources].sort((one, other) => `${one.stack}/${one.path}`.localeCompare(`${other.stack}/${other.path}`, 'en'));
}
