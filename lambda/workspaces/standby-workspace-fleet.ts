import type { WorkSpaces } from './client';
import { FleetCreation } from './fleet-creation';
import { createWasAbandoned, fleetIdOf, fleetPlaceOf, isAdopting, parseFleet, parseFleetId, type FleetDeclaration, type FleetPlace } from './fleet-declaration';
import { FleetMembers } from './fleet-members';
import { awaitReady } from './fleet-readiness';
import { removeFleet, removeMembers } from './fleet-removal';
import { fleetReport, memberList } from './fleet-report';
import { FleetSettings } from './fleet-settings';
import { FleetStep } from './fleet-step';
import { terminateAll } from './fleet-termination';
import { refuseUntagged } from './fleet-untagged';
import { DEFAULT_TIMEOUT_SECONDS, refuseOwnRegion } from './standby';
import type { StandbyWorkspaceFleetAttributes } from '../../src/wire/workspaces';
import { ResourceError } from '../lifecycle/errors';
import type { Outcome, ResourceHandler, StepContext, Waiting } from '../lifecycle/handler';
import { leftoversOf, type Places } from '../lifecycle/leftovers';
import { isNothingCreatedId } from '../lifecycle/ownership';
import type { RawProperties } from '../lifecycle/request';

type Context = StepContext<FleetDeclaration>;

/**
 * `Custom::StandbyWorkspaceFleet`: the standbys of many primaries in one directory. Who belongs to it, WorkSpaces tells: by the
 * relation to a primary and the owner tag.
 */
export class StandbyWorkspaceFleetHandler implements ResourceHandler<FleetDeclaration> {
  public readonly defaultTimeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

  constructor(private readonly workspaces: WorkSpaces) {}

  public parse(raw: RawProperties): FleetDeclaration {
    return parseFleet(raw);
  }

  public recognizes(physicalId: string): boolean {
    return parseFleetId(physicalId) !== undefined;
  }

  public create(context: Context): Promise<Outcome> {
    refuseOwnRegion(context.properties, context.location.region);
    return this.inStep(context, step => new Construction(step, context, undefined).run());
  }

  public update(context: Context): Promise<Outcome> {
    refuseOwnRegion(context.properties, context.location.region);
    return this.inStep(context, async step => await this.removeLeftovers(step, context, fleetIdOf(context.properties))
      ?? new Construction(step, context, await this.before(context)).run());
  }

  public delete(context: Context): Promise<Outcome> {
    if (isAdopting(context.raw)) {
      context.log.write('WARN', "Left the fleet alone: 'adopt' is set");
      return Promise.resolve({ status: 'gone' });
    }
    return this.inStep(context, async step => {
      const held = parseFleetId(context.physicalId);
      const place = held ?? await this.abandonedPlace(context);
      return await this.removeLeftovers(step, context) ?? (place && await this.remove(step, place))
        ?? (held && await refuseUntagged(step, context)) ?? { status: 'gone' };
    });
  }

  private async remove(step: FleetStep, place: FleetPlace): Promise<Waiting | undefined> {
    const removing = step.memory.isRemoved ? undefined : await removeFleet(step, place);
    step.memory.isRemoved = removing === undefined;
    return removing;
  }

  /** The fleet that CloudFormation holds; undefined if it holds another one, or nothing. */
  private async before({ oldProperties, physicalId, predecessorWasChanging, properties }: Context): Promise<FleetDeclaration | undefined> {
    const id = fleetIdOf(properties);
    const isElsewhere = parseFleetId(physicalId) && physicalId !== id;
    if (isElsewhere || (isNothingCreatedId(physicalId) && !await predecessorWasChanging())) {
      return undefined;
    }
    return oldProperties && fleetIdOf(oldProperties) === id ? oldProperties : properties;
  }

  private async abandonedPlace(context: Context): Promise<FleetPlace | undefined> {
    const place = fleetPlaceOf(context.raw);
    return place && !isNothingCreatedId(context.physicalId) && await createWasAbandoned(context, place) ? place : undefined;
  }

  /** Removes fleets that updates which failed or were given up have created in places that are neither held nor wanted. */
  private async removeLeftovers(step: FleetStep, context: Context, wanted?: string): Promise<Waiting | undefined> {
    const { memory } = step;
    memory.leftovers ??= await leftoversOf(context, PLACES, wanted);
    while (memory.leftovers.length > 0) {
      const removing = await removeFleet(step, parseFleetId(memory.leftovers[0])!);
      if (removing) {
        return removing;
      }
      step.forget('searchedAt', 'foreign', 'untagged', 'censusAt');
      memory.leftovers.shift();
    }
    return undefined;
  }

  private async inStep(context: Context, run: (step: FleetStep) => Promise<Outcome>): Promise<Outcome> {
    const step = new FleetStep(this.workspaces, context);
    try {
      return await run(step);
    } finally {
      step.save();
    }
  }
}

/** The place of a fleet is its id. */
const PLACES: Places = {
  of: raw => {
    const place = isAdopting(raw) ? undefined : fleetPlaceOf(raw);
    return place && fleetIdOf(place);
  },
  named: physicalId => parseFleetId(physicalId) && physicalId,
};

/** Makes a fleet what is declared, in stages: adds, changes and removes members. */
class Construction {
  private readonly declaration: FleetDeclaration;
  private readonly members: FleetMembers;
  private readonly id: string;

  /** @param old the same fleet before; undefined if it is created, here or elsewhere */
  constructor(private readonly step: FleetStep, private readonly context: Context, private readonly old: FleetDeclaration | undefined) {
    this.declaration = context.properties;
    this.id = idOf(context);
    this.members = new FleetMembers(step, context.properties, old, parseFleetId(context.physicalId) !== undefined);
  }

  public async run(): Promise<Outcome> {
    const { memory } = this.step;
    const stages = this.stages();
    for (let stage = memory.stage ?? 0; stage < stages.length; stage++) {
      const outcome = await stages[stage]();
      if (outcome) {
        return this.withId(outcome);
      }
      memory.stage = stage + 1;
    }
    return this.ready();
  }

  private stages(): (() => Promise<Waiting | undefined>)[] {
    const creation = new FleetCreation(this.step, this.members);
    return [
      () => this.members.count(),
      () => this.members.prove(),
      () => this.members.adopt(),
      () => creation.request(),
      () => creation.explain(),
      async () => this.declaration.waitUntilReady ? awaitReady(this.step) : undefined,
      () => this.failOrKeep(),
      () => this.changeSettings(),
      () => this.removeMembers(),
    ];
  }

  /** A failed member fails the change, or is put aside. */
  private async failOrKeep(): Promise<Waiting | undefined> {
    const { failures, memory } = this.step;
    const { keepGoodMembers, primaryWorkspaceIds } = this.declaration;
    if (failures.length === 0) {
      return undefined;
    }
    const { made = [], wrecks = [] } = memory;
    const isKept = keepGoodMembers && failures.length < primaryWorkspaceIds.length;
    // CloudFormation deletes what a failed create has made; after a failed update it goes on with what was before.
    const doomed = isKept ? made.filter(id => wrecks.includes(id)) : this.context.operation === 'Update' ? made : [];
    const removing = await terminateAll(this.step, [], doomed);
    if (removing) {
      return removing;
    }
    if (!isKept) {
      throw new ResourceError(fleetReport(failures, primaryWorkspaceIds.length), this.id);
    }
    this.step.forget('removal');
    return undefined;
  }

  /** Tags and data replication of what this request has not made. */
  private async changeSettings(): Promise<Waiting | undefined> {
    const taken = this.step.memory.taken ?? [];
    if (!this.old && taken.length === 0) {
      return undefined;
    }
    const wrecks = new Set(this.step.memory.wrecks);
    const kept = this.members.kept().filter(id => !wrecks.has(id) && (this.old || taken.includes(id)));
    return new FleetSettings(this.step, this.declaration, this.old ?? { ...this.declaration, tags: {} }, kept).run();
  }

  private async removeMembers(): Promise<Waiting | undefined> {
    const removed = [...this.members.before].filter(primary => this.members.numberOf(primary) === undefined);
    return removeMembers(this.step, this.declaration, new Set(removed));
  }

  /** Before it has created anything a Create has no id to tell. */
  private withId(outcome: Waiting): Waiting {
    return this.context.operation === 'Create' && this.step.memory.requested === undefined ? outcome : { ...outcome, physicalId: this.id };
  }

  private ready(): Outcome {
    const { failures } = this.step;
    const { primaryWorkspaceIds } = this.declaration;
    const attributes: StandbyWorkspaceFleetAttributes = {
      MemberCount: String(primaryWorkspaceIds.length - failures.length),
      FailedMemberCount: String(failures.length),
      FailedMembers: memberList(failures.map(({ member }) => member)),
      Revision: this.context.requestId,
    };
    return { status: 'ready', physicalId: this.id, attributes: { ...attributes } };
  }
}

/** A create that failed may have stayed, when rollback is off: what CloudFormation holds keeps its id, whatever it is. */
function idOf({ physicalId, properties }: Context): string {
  return physicalId === undefined || parseFleetId(physicalId) || isNothingCreatedId(physicalId) ? fleetIdOf(properties) : physicalId;
}
