import type { Memory } from '../../../../lambda/lifecycle/handler';
import type { WorkSpaces } from '../../../../lambda/workspaces/client';
import { FleetStep } from '../../../../lambda/workspaces/fleet-step';
import { NOW, step } from '../port';

/** One step of a fleet; its pace has calls to spare. */
export function fleetStepOf(answers: Partial<WorkSpaces> = {}, memory: Memory = {}, physicalId?: string) {
  const world = step<unknown>({}, answers, { memory: { pace: NOW, ...memory } });
  return { ...world, fleet: new FleetStep(world.port, world.context, physicalId) };
}
