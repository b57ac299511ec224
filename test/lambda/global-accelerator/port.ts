import { ChildRegister, type Entry } from '../../../lambda/global-accelerator/child-register';
import type { Accelerator, GlobalAccelerator, Group, Listener } from '../../../lambda/global-accelerator/client';
import type { StepContext } from '../../../lambda/lifecycle/handler';
import { clockAt, OWNER, stepContext } from '../step-context';
import { ACCOUNT } from '../world';

export const ACCELERATOR = `arn:aws:globalaccelerator::${ACCOUNT}:accelerator/1234abcd-0000-4000-8000-000000000000`;
export const LISTENER = `${ACCELERATOR}/listener/0a`;
export const GROUP = `${LISTENER}/endpoint-group/0b`;

export const accelerator = (changes: Partial<Accelerator> = {}): Accelerator => ({
  arn: ACCELERATOR, name: 'game', enabled: true, deployed: true, dnsName: 'a.example.com', addresses: ['192.0.2.1', '192.0.2.2'], ...changes,
});
export const listener = (changes: Partial<Listener> = {}): Listener => ({ arn: LISTENER, portRanges: [{ from: 1, to: 100 }], ...changes });
export const group = (changes: Partial<Group> = {}): Group => ({
  arn: GROUP, region: 'eu-west-1', destinations: [{ from: 80, to: 81, protocols: ['UDP', 'TCP'] }], subnetIds: [], ...changes,
});

export function error(name: string): Error {
  return Object.assign(new Error('text'), { name });
}

/** What a register would write for this owner in a place. */
export async function entry(place: string, value: Entry): Promise<Record<string, string>> {
  const tags: Record<string, string> = {};
  const port = { listTags: async () => tags, untag: async () => undefined, tag: async (_: string, set: object) => { Object.assign(tags, set); } };
  const register = new ChildRegister(port, ACCELERATOR, OWNER, place);
  await (value.hasCollided ? register.concede(value) : register.announce(value, {}));
  return tags;
}

/** One step, 100 seconds after the request, with what Global Accelerator would say; its calls and the claims are listed. */
export function step<D>(properties: D, answers: Partial<GlobalAccelerator>, changes: Partial<StepContext<D>> = {}) {
  const context = stepContext(properties, { clock: clockAt(100), ...changes });
  const defaults: Partial<GlobalAccelerator> = {
    describeAccelerator: async () => accelerator(), listTags: async () => ({}), listAccelerators: async () => [],
    listListeners: async () => [], listGroups: async () => [], flowLogs: async () => ({ enabled: false }), portMappings: async () => [],
  };
  const port = new Proxy({}, {
    get: (_, name: keyof GlobalAccelerator) => async (...args: unknown[]) => {
      context.observed.calls.push(`${name} ${args.map(show).join(' ')}`.trim());
      const answer = (answers[name] ?? defaults[name]) as ((...all: unknown[]) => unknown) | undefined;
      return answer?.(...args);
    },
  }) as GlobalAccelerator;
  return { context, port, ...context.observed, changesOf: () => context.observed.calls.filter(call => !/^(describe|list|flowLogs|portM)/.test(call)) };
}

function show(value: unknown): string {
  return typeof value === 'string' ? value.split('/').at(-1)! : JSON.stringify(value);
}
