import type { StepContext } from '../../../lambda/lifecycle/handler';
import type { Workspace, WorkSpaces } from '../../../lambda/workspaces/client';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import { clockAt, OWNER, REQUESTED_AT, stepContext } from '../step-context';

export const DIRECTORY = 'd-9367000001';
export const PRIMARY = 'ws-primary01';
export const STANDBY = 'ws-standby01';
export const OURS = { [OWNER_TAG_KEY]: OWNER };
/** When {@link step} happens. */
export const NOW = REQUESTED_AT + 100_000;

export function workspace(changes: Partial<Workspace> = {}): Workspace {
  return {
    id: STANDBY, directoryId: DIRECTORY, userName: 'jane', state: 'AVAILABLE', bundleId: 'b', subnetId: 's', ipAddress: 'i', computerName: 'c',
    primary: { workspaceId: PRIMARY, region: 'us-east-1' }, standbys: [], ...changes,
  };
}

export function error(name: string, members: object = {}): Error {
  return Object.assign(new Error('text.'), { name, ...members });
}

/** One step, 100 seconds after the request, with what WorkSpaces would say; its calls and the claims are listed. */
export function step<D>(properties: D, answers: Partial<WorkSpaces>, changes: Partial<StepContext<D>> = {}) {
  const context = stepContext(properties, { clock: clockAt(100), quietUntil: REQUESTED_AT, ...changes });
  const defaults: Partial<WorkSpaces> = {
    describe: async () => [], describeDirectory: async () => ({ workspaces: [] }), listTags: async () => OURS,
    createStandbys: async () => ({ pending: [{ workspaceId: STANDBY, userName: 'jane' }], failed: [] }), terminate: async () => [],
  };
  const names = [
    'describe', 'describeDirectory', 'createStandbys', 'terminate', 'setReplication', 'listTags', 'tag', 'untag', 'getAlias', 'associate', 'disassociate',
  ] as const;
  const call = (name: keyof WorkSpaces) => async (...args: unknown[]) => {
    context.observed.calls.push(`${name} ${args.map(arg => typeof arg === 'string' ? arg : JSON.stringify(arg)).join(' ')}`);
    const answer = (answers[name] ?? defaults[name]) as ((...all: unknown[]) => unknown) | undefined;
    return answer?.(...args);
  };
  const port = Object.fromEntries(names.map(name => [name, call(name)])) as unknown as WorkSpaces;
  const changesOf = () => context.observed.calls.filter(line => !/^(describe|list|get)/.test(line));
  return { context, port, ...context.observed, changesOf };
}
