import type { Told, World } from './world';
import type { ServiceRate } from '../../lambda/lifecycle/fair-share';
import type { ResourceHandler } from '../../lambda/lifecycle/handler';
import type { Operation } from '../../lambda/lifecycle/request';

/** Who carries out operations on the resources of a model: ours or a peer. */
export interface Operator {
  operate(operation: Operation, name: string): Promise<Told>;
}

/** A kind of resource in a world: as our constructs ask for it, and as somebody without them would call the service. */
export interface ResourceModel {
  readonly world: World;
  readonly type: string;
  readonly handlers: Readonly<Record<string, ResourceHandler<any>>>;
  /** By which our engine paces its calls. @default - it does not */
  readonly rate?: ServiceRate;
  /** Properties of a resource in a template. */
  properties(name: string): Record<string, unknown>;
  /** Whether it is there. */
  look(name: string): Promise<boolean>;
  /** The one call that starts an operation. */
  start(operation: Operation, name: string): Promise<void>;
  /** A look at whether it has ended. */
  isOver(operation: Operation, name: string): Promise<boolean>;
  /** The operation of the service from whose acceptance on the service's own time counts. */
  decisiveCall(operation: Operation): string;
}
