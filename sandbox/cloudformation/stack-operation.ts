import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { OperationCancelled, Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from './provisioner';
import { DesiredState, ResolvedOutputs, Stack, StackResource } from './stack';
import { JsonObject, ResourceDeclaration } from './template';
import { VirtualClock } from '../kernel/virtual-clock';

/** How often CloudFormation tries a delete in the clean-up of an update before it lets go of the resource. */
const CLEANUP_ATTEMPTS = 3;

/**
 * What the next deployment asks of the provider of a custom resource whose create failed while rollback was off. Nobody has
 * measured what AWS does: an Update of it; a Create; a Create, and at the end a Delete of the failed one if that has
 * another id; or a Delete, then a Create.
 */
export type FailedCreates = 'update' | 'create' | 'create, delete' | 'delete, create';

export interface StackOperationOptions {
  readonly clock: VirtualClock;
  /** Time between the end of the forward operation and the first request of the rollback. */
  readonly rollbackDelayMilliseconds: number;
  /** Leaves what has succeeded when something else fails, and goes on with what does not depend on it. */
  readonly disableRollback: boolean;
  /** Whether, with rollback disabled, a failed update is left as it is instead of being taken back. */
  readonly leavesFailedUpdates: boolean;
  readonly failedCreates: FailedCreates;
  /** Makes the new outputs known, or throws when another stack stands against it. */
  publish(outputs: ResolvedOutputs): void;
}

interface Failure {
  readonly logicalId: string;
  readonly verb: 'create' | 'update' | 'delete';
}

/** One create, update or delete of a stack, with its rollback. */
export class StackOperation {
  private failures: Failure[] = [];
  private haltReason?: string;
  /** Why the outputs could not be published. */
  private refusal?: string;
  private abandoned = false;
  private rollingBack = false;
  private controller = cancellation();
  private readonly created = new Set<string>();
  /** Properties that resources had before their update failed. */
  private readonly failedUpdates = new Map<string, JsonObject>();
  private skipped: readonly string[] = [];

  constructor(private readonly stack: Stack, private readonly options: StackOperationOptions) {}

  public async create(desired: DesiredState): Promise<void> {
    this.stack.setStatus('CREATE_IN_PROGRESS', 'User Initiated');
    if (await this.goForward(desired)) {
      this.stack.current = desired;
      this.stack.setStatus('CREATE_COMPLETE');
      return;
    }
    if (!this.abandoned) {
      await this.afterFailure('CREATE_FAILED');
    }
  }

  public async update(desired: DesiredState): Promise<void> {
    const { stack } = this;
    stack.setStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    if (!await this.goForward(desired)) {
      return this.afterFailure('UPDATE_FAILED');
    }
    stack.current = desired;
    stack.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.cleanUp(desired, resource => resource.updateReplacePolicy);
    stack.setStatus('UPDATE_COMPLETE');
  }

  /** Takes back what an operation without rollback has left. */
  public async rollBack(): Promise<void> {
    const { current } = this.stack;
    if (!current) {
      return this.rollBackCreate();
    }
    this.stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', this.failureReason() || 'User Initiated');
    await this.rollBackUpdate(current);
  }

  /** Brings the stack back to the state of its last success; resources to skip count as being there already. */
  public async continueUpdateRollback(resourcesToSkip: readonly string[]): Promise<void> {
    this.skipped = resourcesToSkip;
    this.stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
    await this.rollBackUpdate(this.stack.current!);
  }

  public async delete(resourcesToRetain: readonly string[]): Promise<void> {
    this.stack.setStatus('DELETE_IN_PROGRESS', 'User Initiated');
    const retained = (resource: StackResource) => resourcesToRetain.includes(resource.logicalId);
    const keep = (resource: StackResource) => retained(resource) || resource.deletionPolicy.startsWith('Retain');
    await this.deleteAll(this.everything(), keep);
    this.stack.setStatus(...this.conclusion('DELETE_COMPLETE', 'DELETE_FAILED'));
  }

  /** Stops a create at once and leaves everything to the delete that follows. */
  public abandon(): void {
    this.abandoned = true;
    this.halt('User Initiated');
  }

  /** Stops going forward: cancels what is in progress and starts nothing new. */
  public halt(reason?: string): void {
    this.haltReason ??= reason;
    this.controller.abort();
  }

  private get halted(): boolean {
    return this.controller.signal.aborted;
  }

  private async goForward(desired: DesiredState): Promise<boolean> {
    await this.apply(desired);
    if (this.halted || this.failures.length > 0) {
      return false;
    }
    try {
      this.publish(desired);
      return true;
    } catch (error) {
      this.refusal = (error as Error).message;
      return false;
    }
  }

  private publish(desired: DesiredState): void {
    this.options.publish(this.stack.resolveOutputs(desired));
    this.stack.imports = this.stack.freshImports;
  }

  private async afterFailure(status: 'CREATE_FAILED' | 'UPDATE_FAILED'): Promise<void> {
    // What a person has cancelled is rolled back in any case.
    if (!this.options.disableRollback || this.halted) {
      await this.rollBack();
      return;
    }
    const reason = this.failureReason();
    if (!this.options.leavesFailedUpdates) {
      await this.takeFailedUpdatesBack();
    }
    this.stack.setStatus(status, reason);
  }

  /** With rollback disabled, CloudFormation takes what could not be updated back to its last stable state. */
  private async takeFailedUpdatesBack(): Promise<void> {
    await this.beginRollback();
    await Promise.all([...this.failedUpdates].map(([logicalId, properties]) => {
      const resource = this.stack.resources.get(logicalId)!;
      return this.updateResource(resource, { ...resource }, properties);
    }));
  }

  private async rollBackCreate(): Promise<void> {
    const { stack } = this;
    stack.setStatus('ROLLBACK_IN_PROGRESS', `${this.failureReason()} Rollback requested by user.`.trim());
    await this.beginRollback();
    await this.deleteAll(this.everything(), resource => resource.deletionPolicy === 'Retain');
    stack.imports.clear();
    stack.setStatus(...this.conclusion('ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'));
  }

  private async rollBackUpdate(before: DesiredState): Promise<void> {
    const { stack } = this;
    await this.beginRollback();
    await this.apply(before);
    if (this.failures.length > 0) {
      stack.setStatus(...this.conclusion('', 'UPDATE_ROLLBACK_FAILED'));
      return;
    }
    try {
      // A resource that was replaced once more has another id than before.
      this.publish(before);
    } catch (error) {
      stack.setStatus('UPDATE_ROLLBACK_FAILED', (error as Error).message);
      return;
    }
    stack.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.cleanUp(before, () => 'Delete');
    stack.setStatus('UPDATE_ROLLBACK_COMPLETE');
  }

  private async beginRollback(): Promise<void> {
    this.failures = [];
    this.rollingBack = true;
    this.controller = cancellation();
    await this.options.clock.sleep(this.options.rollbackDelayMilliseconds);
  }

  /** Creates and updates, in the order of the dependencies, until the stack is as desired or something failed. */
  private async apply(desired: DesiredState): Promise<void> {
    const { stack } = this;
    stack.freshImports = new Set();
    const declared = stack.declared(desired);
    const dependencies = (id: string) => [...desired.template.dependenciesOf(id)].filter(other => declared.has(other));
    await inDependencyOrder([...declared.keys()], dependencies, id =>
      this.provision(declared.get(id)!, desired, dependencies(id)));
  }

  private async provision(
    declaration: ResourceDeclaration, desired: DesiredState, dependencies: string[],
  ): Promise<boolean> {
    const { stack } = this;
    if (this.halted) {
      return false;
    }
    const existing = stack.resources.get(declaration.logicalId);
    if (existing && this.skipped.includes(declaration.logicalId)) {
      stack.setResourceStatus(existing, 'UPDATE_COMPLETE');
      return true;
    }
    let properties: JsonObject;
    try {
      properties = stack.resolveProperties(declaration, desired);
    } catch (error) {
      this.failEarly(declaration, existing, error as Error);
      return false;
    }
    const { deletionPolicy, updateReplacePolicy } = declaration;
    if (!existing) {
      return this.createResource(newResource(declaration, properties, dependencies));
    }
    if (existing.neverCreated && !this.rollingBack) {
      return this.resumeCreate(existing, newResource(declaration, properties, dependencies));
    }
    const before = { ...existing, updateReplacePolicy };
    Object.assign(existing, { dependencies, deletionPolicy, updateReplacePolicy });
    return this.updateResource(existing, before, properties);
  }

  /** Goes on with a resource whose create failed in an earlier operation, which was not rolled back. */
  private async resumeCreate(failed: StackResource, wanted: StackResource): Promise<boolean> {
    const { stack, options: { failedCreates } } = this;
    const provisioner = this.provisioner(failed);
    failed.physicalId ??= provisioner.inventPhysicalId?.(this.context(failed));
    if (failedCreates === 'update' && failed.physicalId !== undefined) {
      const { properties, dependencies, deletionPolicy, updateReplacePolicy } = wanted;
      const before = { ...failed, updateReplacePolicy };
      Object.assign(failed, { dependencies, deletionPolicy, updateReplacePolicy });
      return this.updateResource(failed, before, properties);
    }
    if (failedCreates === 'delete, create' && !await this.deleteResource(failed, 1)) {
      this.haltUnlessPreserving();
      return false;
    }
    if (failedCreates === 'create, delete') {
      stack.superseded.push({ ...failed });
    }
    return this.createResource(wanted);
  }

  private async createResource(resource: StackResource): Promise<boolean> {
    const { stack } = this;
    stack.resources.set(resource.logicalId, resource);
    this.created.add(resource.logicalId);
    stack.setResourceStatus(resource, 'CREATE_IN_PROGRESS');
    const initiated = (physicalId: string) => {
      if (resource.physicalId !== physicalId) {
        resource.physicalId = physicalId;
        stack.setResourceStatus(resource, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
      }
    };
    try {
      const answer = await this.provisioner(resource).create(this.context(resource, initiated), resource.properties);
      initiated(answer.physicalId);
      record(resource, answer);
      stack.setResourceStatus(resource, 'CREATE_COMPLETE');
      return true;
    } catch (error) {
      resource.physicalId = physicalIdOf(error) ?? resource.physicalId;
      this.fail(resource, 'create', error as Error, 'Resource creation cancelled');
      return false;
    }
  }

  private async updateResource(resource: StackResource, before: StackResource, properties: JsonObject): Promise<boolean> {
    const { stack } = this;
    if (!resource.unconfirmed && isDeepStrictEqual(resource.properties, properties)) {
      if (this.rollingBack && resource.status.endsWith('_FAILED')) {
        stack.setResourceStatus(resource, 'UPDATE_COMPLETE');
      }
      return true;
    }
    stack.setResourceStatus(resource, 'UPDATE_IN_PROGRESS');
    const refusal = this.provisioner(resource).refuse?.(properties, resource.properties);
    if (refusal) {
      this.fail(resource, 'update', new ProvisioningError(refusal), refusal);
      return false;
    }
    if (this.rollingBack && this.restore(resource, properties)) {
      stack.setResourceStatus(resource, 'UPDATE_COMPLETE');
      return true;
    }
    Object.assign(resource, { properties, unconfirmed: true });
    const identify = (physicalId: string) => this.adoptPhysicalId(resource, before, physicalId);
    try {
      const answer = await this.provisioner(resource)
        .update(this.context(resource, identify), before.physicalId!, properties, before.properties);
      identify(answer.physicalId);
      record(resource, answer);
      stack.setResourceStatus(resource, 'UPDATE_COMPLETE');
      return true;
    } catch (error) {
      identify(physicalIdOf(error) ?? resource.physicalId!);
      if (!before.unconfirmed) {
        this.failedUpdates.set(resource.logicalId, before.properties);
      }
      this.fail(resource, 'update', error as Error, 'Resource update cancelled');
      return false;
    }
  }

  /** Goes back to the resource before its replacement without asking the provider, where the type is handled so. */
  private restore(resource: StackResource, properties: JsonObject): boolean {
    if (this.provisioner(resource).rollsReplacementBackByUpdate) {
      return false;
    }
    const old = this.stack.superseded.find(({ logicalId, physicalId, properties: theirs, unconfirmed }) =>
      logicalId === resource.logicalId && physicalId !== resource.physicalId && !unconfirmed && isDeepStrictEqual(theirs, properties));
    if (!old) {
      return false;
    }
    this.stack.superseded = [...this.stack.superseded.filter(other => other !== old), { ...resource }];
    Object.assign(resource, { ...old, dependencies: resource.dependencies });
    return true;
  }

  private adoptPhysicalId(resource: StackResource, before: StackResource, physicalId: string): void {
    if (physicalId === resource.physicalId) {
      return;
    }
    this.stack.superseded.push(resource.physicalId === before.physicalId ? before : { ...resource });
    resource.physicalId = physicalId;
    this.stack.setResourceStatus(resource, 'UPDATE_IN_PROGRESS',
      'Requested update requires the creation of a new physical resource; hence creating one.');
  }

  private fail(resource: StackResource, verb: Failure['verb'], error: Error, cancelled: string): void {
    const reason = error instanceof OperationCancelled ? cancelled : error.message;
    this.stack.setResourceStatus(resource, `${verb.toUpperCase()}_FAILED`, reason);
    this.recordFailure({ logicalId: resource.logicalId, verb });
  }

  /** The properties could not even be resolved, so nothing was asked of the provider. */
  private failEarly(declaration: ResourceDeclaration, existing: StackResource | undefined, error: Error): void {
    const { logicalId, type } = declaration;
    const verb = existing ? 'update' : 'create';
    this.stack.emit({
      logicalId, type, physicalId: existing?.physicalId, status: `${verb.toUpperCase()}_FAILED`, reason: error.message,
    });
    this.recordFailure({ logicalId, verb });
  }

  private recordFailure(failure: Failure): void {
    this.failures.push(failure);
    // A rollback goes as far as it can.
    if (!this.rollingBack) {
      this.haltUnlessPreserving();
    }
  }

  private haltUnlessPreserving(): void {
    if (!this.options.disableRollback) {
      this.halt();
    }
  }

  /** Deletes what the desired state does not have, and what replacements left behind. */
  private async cleanUp(desired: DesiredState, policyOfReplaced: (resource: StackResource) => string): Promise<void> {
    const { stack } = this;
    const declared = stack.declared(desired);
    const removed = [...stack.resources.values()].filter(({ logicalId }) => !declared.has(logicalId));
    const replaced = stack.superseded.filter(old =>
      declared.has(old.logicalId) && old.physicalId !== stack.resources.get(old.logicalId)?.physicalId);
    const orphans = stack.superseded.filter(({ logicalId }) => !declared.has(logicalId));
    const keep = (resource: StackResource) => (replaced.includes(resource)
      ? policyOfReplaced(resource) === 'Retain'
      : this.keepsRemoved(resource));
    await this.deleteAll([...removed, ...unique([...replaced, ...orphans])], keep, CLEANUP_ATTEMPTS);
    removed.forEach(({ logicalId }) => stack.resources.delete(logicalId));
    stack.superseded = [];
  }

  private keepsRemoved({ logicalId, deletionPolicy }: StackResource): boolean {
    return deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && !this.created.has(logicalId));
  }

  private everything(): StackResource[] {
    const { resources, superseded } = this.stack;
    const left = superseded.filter(old => old.physicalId !== resources.get(old.logicalId)?.physicalId);
    return [...resources.values(), ...unique(left)];
  }

  /** Deletes in the reverse order of the dependencies; what a failed resource depends on stays. */
  private async deleteAll(
    targets: StackResource[], keep: (resource: StackResource) => boolean, attempts: number = 1,
  ): Promise<void> {
    const byId = groupByLogicalId(targets);
    const dependents = (id: string) => [...byId].filter(([, resources]) =>
      resources.some(resource => resource.dependencies.includes(id))).map(([dependent]) => dependent);
    await inDependencyOrder([...byId.keys()].reverse(), dependents, async id => {
      const results = await Promise.all(byId.get(id)!.map(resource =>
        (keep(resource) ? this.skip(resource) : this.deleteResource(resource, attempts))));
      return results.every(Boolean);
    });
  }

  private async skip(resource: StackResource): Promise<boolean> {
    this.stack.setResourceStatus(resource, 'DELETE_SKIPPED');
    this.forget(resource);
    return true;
  }

  private async deleteResource(resource: StackResource, attempts: number): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.tryDelete(resource);
        this.stack.setResourceStatus(resource, 'DELETE_COMPLETE');
        this.forget(resource);
        return true;
      } catch (error) {
        this.stack.setResourceStatus(resource, 'DELETE_FAILED', (error as Error).message);
        if (attempt === attempts) {
          this.failures.push({ logicalId: resource.logicalId, verb: 'delete' });
          return false;
        }
      }
    }
  }

  private async tryDelete(resource: StackResource): Promise<void> {
    const provisioner = this.provisioner(resource);
    const context = this.context(resource);
    resource.physicalId ??= provisioner.inventPhysicalId?.(context);
    this.stack.setResourceStatus(resource, 'DELETE_IN_PROGRESS');
    if (resource.physicalId !== undefined) {
      await provisioner.delete(context, resource.physicalId, resource.properties);
    }
  }

  private forget(resource: StackResource): void {
    const { stack } = this;
    if (stack.resources.get(resource.logicalId) === resource) {
      stack.resources.delete(resource.logicalId);
    } else {
      stack.superseded = stack.superseded.filter(other => other !== resource);
    }
  }

  private provisioner(resource: StackResource): ResourceProvisioner {
    return this.stack.account.provisioners.find(resource.type);
  }

  private context(resource: StackResource, identify: (physicalId: string) => void = () => undefined): ProvisioningContext {
    return this.stack.account.provisioningContext(this.stack, resource, this.controller.signal, identify);
  }

  private conclusion(success: string, failure: string): [string, string?] {
    return this.failures.length > 0 ? [failure, describe(this.failures)] : [success];
  }

  private failureReason(): string {
    return [describe(this.failures), this.haltReason ?? this.refusal].filter(Boolean).join(' ');
  }
}

/** Runs the work for every id once that of its predecessors succeeded; work behind a failure is not started. */
async function inDependencyOrder(
  ids: string[], predecessors: (id: string) => string[], work: (id: string) => Promise<boolean>,
): Promise<void> {
  const visited = new Set<string>();
  const started = new Map<string, Promise<boolean>>();
  const start = (id: string): Promise<boolean> | undefined => {
    if (!visited.has(id)) {
      visited.add(id);
      const before = Promise.all(predecessors(id).map(start));
      started.set(id, before.then(results => !results.includes(false) && work(id)));
    }
    // Undefined on the way back in a circle, which only the mixed dependencies of an old and a new template can form.
    return started.get(id);
  };
  await Promise.all(ids.map(start));
}

function newResource(declaration: ResourceDeclaration, properties: JsonObject, dependencies: string[]): StackResource {
  const { logicalId, type, deletionPolicy, updateReplacePolicy } = declaration;
  return {
    logicalId, type, properties, dependencies, deletionPolicy, updateReplacePolicy, attributes: {}, status: '', unconfirmed: true,
    neverCreated: true,
  };
}

function record(resource: StackResource, answer: Provisioned): void {
  Object.assign(resource, { attributes: answer.attributes, unconfirmed: false, neverCreated: false });
}

function physicalIdOf(error: unknown): string | undefined {
  return error instanceof ProvisioningError ? error.physicalId : undefined;
}

function unique(resources: StackResource[]): StackResource[] {
  const byKey = new Map(resources.map(resource => [`${resource.logicalId}|${resource.physicalId}`, resource]));
  return [...byKey.values()];
}

function groupByLogicalId(resources: StackResource[]): Map<string, StackResource[]> {
  const groups = new Map<string, StackResource[]>();
  for (const resource of resources) {
    groups.set(resource.logicalId, [...groups.get(resource.logicalId) ?? [], resource]);
  }
  return groups;
}

function describe(failures: Failure[]): string {
  return (['create', 'update', 'delete'] as const)
    .map(verb => ({ verb, ids: failures.filter(failure => failure.verb === verb).map(failure => failure.logicalId) }))
    .filter(({ ids }) => ids.length > 0)
    .map(({ verb, ids }) => `The following resource(s) failed to ${verb}: [${[...new Set(ids)].join(', ')}].`)
    .join(' ');
}

/** Every resource that is under way listens; Node warns of more than ten listeners unless told that it is meant. */
function cancellation(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
