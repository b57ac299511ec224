import { changed, everyStep, type ChangedStep, type Mutation } from './broken-variant';
import { Dice } from './dice';
import type { Variant } from './history';
import type { ResourceKind, ServiceModel } from './resource-kind';

/* The modules themselves: what an import gives here is a copy, on which a spy sees nothing. */
const errors = jest.requireActual<typeof import('../../lambda/lifecycle/errors')>('../../lambda/lifecycle/errors');
const execution = jest.requireActual<typeof import('../../lambda/lifecycle/execution')>('../../lambda/lifecycle/execution');

/** The lifecycle, broken on purpose, under the models of a service. mutations.test.ts has what is broken in the engine itself. */
export function lifecycleMutations(service: ServiceModel): Mutation[] {
  const kinds = new Map<string, ResourceKind>(
    service.open(new Dice(1)).kinds.filter(({ readOnly }) => !readOnly).map(kind => [kind.type, kind]));
  const each = (step: ChangedStep): Variant => everyStep([...kinds.keys()], step);
  return [
    ['answers a create before it is ready', () => each(async (context, original, _, type) => {
      const outcome = await original(context);
      return outcome.status === 'waiting' && outcome.physicalId !== undefined && context.operation === 'Create'
        ? { status: 'ready', physicalId: outcome.physicalId, attributes: Object.fromEntries(kinds.get(type)!.attributes.map(name => [name, 'x'])) }
        : outcome;
    })],
    ['answers a delete before it is gone', () => each(async (context, original) => {
      const outcome = await original(context);
      return context.operation === 'Delete' && outcome.status === 'waiting' && /to go away/.test(outcome.until) ? { status: 'gone' } : outcome;
    })],
    ['lets an attribute out', () => each(async (context, original) => {
      const outcome = await original(context);
      return outcome.status === 'ready' ? { ...outcome, attributes: Object.fromEntries(Object.entries(outcome.attributes).slice(1)) } : outcome;
    })],
    ['takes throttling for the end', () => {
      const original = errors.classify;
      jest.spyOn(errors, 'classify').mockImplementation(error => {
        const kind = original(error);
        return kind === 'throttled' ? 'permanent' : kind;
      });
    }],
    ['does not stop what works on earlier requests', () => {
      const original = execution.otherExecutions;
      jest.spyOn(execution, 'otherExecutions').mockImplementation((...parameters) => ({ ...original(...parameters), earlierRunning: [] }));
    }],
    ['deletes nothing under an id that it does not know', () => each(async (context, original, handler) =>
      context.operation === 'Delete' && !handler.recognizes?.(context.physicalId!) ? { status: 'gone' } : original(context))],
    ['deletes under an unknown id whatever the create has come to', () =>
      each((context, original) => original(changed(context, { createWasAbandoned: async () => true }))), 'retain'],
    ['does not note that it is going to create', () => each((context, original) => original(changed(context, { changing: () => undefined })))],
    ['creates in the step in which it has looked', () => each(async (context, original) => {
      const outcome = await original(context);
      return outcome.status === 'waiting' && outcome.memory?.creating === true && !context.memory.creating
        ? original(changed(context, { memory: { ...context.memory, ...outcome.memory } })) : outcome;
    })],
  ];
}

/** Of a type whose replacement is another thing. */
export function deletesWhatItReplaces(type: string): Mutation {
  return ['deletes what it replaces by itself', () => everyStep(type, async (context, original, handler) => {
    const outcome = await original(context);
    if (context.operation === 'Update' && outcome.status === 'ready' && outcome.physicalId !== context.physicalId) {
      await handler.delete(changed(context, { operation: 'Delete', memory: {} }));
    }
    return outcome;
  })];
}
