import { runHistory, type Variant } from './history';
import type { ServiceModel } from './resource-kind';
import { customRouting } from './services/global-accelerator';
import { ses } from './services/ses';
import { workSpaces } from './services/workspaces';
import { ChildAt } from '../../lambda/global-accelerator/child-at';
import { EndpointGroupSubnets } from '../../lambda/global-accelerator/endpoint-group-subnets';
import * as listenerPorts from '../../lambda/global-accelerator/listener-ports';
import * as register from '../../lambda/global-accelerator/register';
import * as errors from '../../lambda/lifecycle/errors';
import { ResourceError } from '../../lambda/lifecycle/errors';
import type { Outcome, ResourceHandler, StepContext } from '../../lambda/lifecycle/handler';
import * as ownership from '../../lambda/lifecycle/ownership';
import * as redaction from '../../lambda/lifecycle/redaction';
import * as requests from '../../lambda/lifecycle/request';
import * as response from '../../lambda/lifecycle/response';
import * as steps from '../../lambda/lifecycle/step';
import * as tags from '../../lambda/lifecycle/tags';
import { SdkSes } from '../../lambda/ses/client';
import * as bulkTermination from '../../lambda/workspaces/bulk-termination';
import { SdkWorkSpaces } from '../../lambda/workspaces/client';
import { FleetStep } from '../../lambda/workspaces/fleet-step';
import * as standby from '../../lambda/workspaces/standby';
import * as termination from '../../lambda/workspaces/termination';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';

/** Not more than simulation.test.ts runs. */
const SEEDS = 1500;

type Step = (context: StepContext<any>, original: (context: StepContext<any>) => Promise<Outcome>) => Promise<Outcome>;

/** The engine or the handlers of SES, broken on purpose: what the simulation must notice. */
const MUTATIONS: [string, () => Variant | void][] = [
  ['takes everybody\'s endpoints for its own', () => {
    jest.spyOn(tags, 'isOwnedBy').mockReturnValue(true);
  }],
  ['creates without the owner tag', () => {
    jest.spyOn(tags, 'withOwner').mockImplementation(declared => declared);
  }],
  ['names executions by the bare request id', () => {
    jest.spyOn(ownership, 'executionName').mockImplementation(({ requestId }) => requestId);
  }],
  ['concludes without a quiet period from an unknown id', () => everyStep((context, original) => original({ ...context, quietUntil: 0 }))],
  ['takes NotFound for a failure', () => {
    const original = SdkSes.prototype.getEndpoint;
    jest.spyOn(SdkSes.prototype, 'getEndpoint').mockImplementation(async function (this: SdkSes, name) {
      const endpoint = await original.call(this, name);
      if (!endpoint) {
        throw Object.assign(new Error(`Multi-region endpoint ${name} does not exist.`), { name: 'NotFoundException' });
      }
      return endpoint;
    });
  }],
  ['answers before the endpoint is ready', () => everyStep(async (context, original) => {
    const outcome = await original(context);
    return outcome.status === 'waiting' && outcome.physicalId !== undefined && context.operation === 'Create'
      ? { status: 'ready', physicalId: outcome.physicalId, attributes: { EndpointId: String(outcome.memory?.createdId), SecondaryRegion: 'x' } }
      : outcome;
  })],
  ['answers a delete before the endpoint is gone', () => everyStep(async (context, original) => {
    const outcome = await original(context);
    return context.operation === 'Delete' && outcome.status === 'waiting' && /to go away/.test(outcome.until) ? { status: 'gone' } : outcome;
  })],
  ['does not check the size of the answer', () => {
    jest.spyOn(response, 'responseBody').mockImplementation((request, answer) => JSON.stringify({
      Status: answer.status, Reason: redaction.redact(answer.reason ?? ''), PhysicalResourceId: answer.physicalId, StackId: request.stackId,
      RequestId: request.requestId, LogicalResourceId: request.logicalResourceId, Data: answer.attributes,
    }));
    const original = response.send;
    jest.spyOn(response, 'send').mockImplementation(async (request, answer, runtime, giveUpAt) => {
      const put = runtime.transport.put.bind(runtime.transport);
      const transport = { put: (url: string) => put(url, response.responseBody(request, answer)) };
      return original(request, answer, { ...runtime, transport, random: () => runtime.random() }, giveUpAt);
    });
  }],
  ['lets an attribute out', () => everyStep(async (context, original) => {
    const outcome = await original(context);
    return outcome.status === 'ready' ? { ...outcome, attributes: { EndpointId: outcome.attributes.EndpointId } } : outcome;
  })],
  ['creates and deletes in every worker', () => everyStep((context, original) => original({ ...context, claim: async () => undefined }))],
  ['never looks for a successor', () => ({
    runtime: runtime => ({
      ...runtime,
      waiter: { start: (...args) => runtime.waiter.start(...args), rivals: async () => ({ successor: false, predecessor: false }) },
    }),
  })],
  ['forgets its deadline', () => {
    const original = requests.deadlineOf;
    jest.spyOn(requests, 'deadlineOf').mockImplementation((request, seconds) => original(request, seconds) + 7_200_000);
  }],
  ['takes throttling for the end', () => {
    const original = errors.classify;
    jest.spyOn(errors, 'classify').mockImplementation(error => {
      const trouble = original(error);
      return trouble === 'throttled' ? 'permanent' : trouble;
    });
  }],
  ['tries to answer only once', () => ({
    runtime: runtime => ({ ...runtime, transport: { put: (url, body) => runtime.transport.put(url, body).catch(() => 403) } }),
  })],
  ['writes secrets into the log', () => {
    jest.spyOn(redaction, 'redact').mockImplementation(text => text);
  }],
  ['deletes what it replaces by itself', () => everyStep(async (context, original, port) => {
    const outcome = await original(context);
    if (context.operation === 'Update' && outcome.status === 'ready' && outcome.physicalId !== context.physicalId) {
      await port.deleteEndpoint(context.physicalId!);
    }
    return outcome;
  })],
  ['removes the owner tag with the others', () => {
    const original = tags.tagDifference;
    jest.spyOn(tags, 'tagDifference').mockImplementation((present, wanted, before) => {
      const { set } = original(present, wanted, before);
      return { set, remove: Object.keys(present).filter(key => !(key in wanted)) };
    });
  }],
  ['changes what exists in every worker', () => everyStep((context, original) => original({ ...context, claimChange: async () => undefined }))],
  ['gives an answer before it is kept', () => {
    const original = steps.runStep;
    jest.spyOn(steps, 'runStep').mockImplementation(async (...parameters) => {
      const result = await original(...parameters);
      return result.kind === 'wait' && result.progress.verdict ? { kind: 'answer', answer: result.progress.verdict } : result;
    });
  }],
  ['concludes updates and deletes without an execution', () => ({
    handlers: handlers => Object.fromEntries(Object.entries(handlers).map(([type, handler]) => {
      const hasty: ResourceHandler<any> = Object.assign(Object.create(handler), { readsOnly: true });
      return [type, hasty];
    })),
  })],
  ['answers a refused create in the invocation', () => {
    const original = steps.runStep;
    jest.spyOn(steps, 'runStep').mockImplementation(async (handler, request, progress, worker, runtime, place) => {
      let refusal: unknown;
      const create = (context: StepContext<any>) => handler.create(context).catch(error => { throw refusal = error; });
      const heard: ResourceHandler<any> = Object.assign(Object.create(handler), { create });
      const result = await original(heard, request, progress, worker, runtime, place);
      return worker === 'invocation' && refusal instanceof ResourceError && refusal.certainty.nothingCreated
        ? { kind: 'answer', answer: { status: 'FAILED', physicalId: ownership.nothingCreatedId(request), attributes: {}, reason: refusal.message } }
        : result;
    });
  }],
];

/** The handlers of WorkSpaces. */
const WORKSPACES_MUTATIONS: [string, () => void][] = [
  ['terminates and takes over everybody\'s WorkSpaces', () => {
    jest.spyOn(tags, 'isOwnedBy').mockReturnValue(true);
  }],
  ['makes standbys without the owner tag', () => {
    jest.spyOn(tags, 'withOwner').mockImplementation(declared => declared);
  }],
  ['answers before a standby is AVAILABLE or STOPPED', () => {
    jest.spyOn(standby, 'conditionOf').mockReturnValue('ready');
  }],
  ['takes an ERROR for a state that passes', () => {
    const original = standby.conditionOf;
    jest.spyOn(standby, 'conditionOf').mockImplementation(state => state === 'ERROR' ? 'ready' : original(state));
  }],
  ['answers a delete while the standby is TERMINATING', () => terminationThat(/to go away/)],
  ['takes a standby that does not show yet for terminated', () => terminationThat(/to show up, or certainty that it is gone/)],
  ['forgets that new standbys are invisible at first', () => {
    jest.spyOn(standby, 'certainAt').mockReturnValue(0);
  }],
  ['ignores what failed of a request for several standbys', () => {
    jest.spyOn(FleetStep.prototype, 'fail').mockReturnValue(undefined);
  }],
  ['keeps the standbys of members that a fleet has lost', () => {
    const original = bulkTermination.terminateAll;
    jest.spyOn(bulkTermination, 'terminateAll').mockImplementation(async (step, ...lists) =>
      step.context.operation === 'Update' ? undefined : original(step, ...lists));
  }],
  ['terminates all that is in the directory of a fleet', () => {
    const original = bulkTermination.terminateAll;
    jest.spyOn(bulkTermination, 'terminateAll').mockImplementation((step, suspects, proven = []) => original(step, [], [...suspects, ...proven]));
  }],
  ['leaves its tag on a connection alias', () => {
    jest.spyOn(SdkWorkSpaces.prototype, 'untag').mockResolvedValue();
  }],
  ['disassociates an alias before it looks whose it is', () => {
    const original = SdkWorkSpaces.prototype.getAlias;
    jest.spyOn(SdkWorkSpaces.prototype, 'getAlias').mockImplementation(async function (this: SdkWorkSpaces, id) {
      const alias = await original.call(this, id);
      if (alias?.association?.status.startsWith('ASSOCIATED_') && (await this.listTags(id))?.[OWNER_TAG_KEY] === undefined) {
        await this.disassociate(id);
      }
      return alias;
    });
  }],
];

/** The models of listeners and endpoint groups. */
const CUSTOM_ROUTING_MUTATIONS: [string, () => void][] = [
  ['creates listeners and groups without an entry in the register', () => {
    jest.spyOn(register.Register.prototype, 'write').mockResolvedValue();
  }],
  ['never completes an entry', () => {
    const original = register.Register.prototype.write;
    jest.spyOn(register.Register.prototype, 'write').mockImplementation(function (this: register.Register, key, entry) {
      return original.call(this, key, { ...entry, arn: undefined });
    });
  }],
  ['gives each create call a token of its own', () => {
    let calls = 0;
    jest.spyOn(register, 'createToken').mockImplementation(() => `token-${++calls}`);
  }],
  ['holds a group that was re-created under another id', () => {
    jest.spyOn(ChildAt.prototype, 'idHint').mockReturnValue(undefined);
  }],
  ['keeps subnets that are no longer declared', () => {
    jest.spyOn(EndpointGroupSubnets.prototype, 'surplus').mockReturnValue(undefined);
  }],
  ['forgets what traffic a subnet may receive', () => {
    jest.spyOn(EndpointGroupSubnets.prototype, 'traffic').mockResolvedValue(undefined);
  }],
  ['never takes ports from a listener that were in use', () => {
    jest.spyOn(listenerPorts, 'narrowingOf').mockResolvedValue(undefined);
  }],
];

/** Takes for an end what is waited for in these words. */
function terminationThat(words: RegExp): void {
  const original = termination.terminate;
  jest.spyOn(termination, 'terminate').mockImplementation(async (...parameters) => {
    const removing = await original(...parameters);
    return removing && words.test(removing.until) ? undefined : removing;
  });
}

afterEach(() => jest.restoreAllMocks());

test('there are at least twelve', () => {
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(12);
});

describe.each([
  ['SES', ses, MUTATIONS], ['Custom routing', customRouting, CUSTOM_ROUTING_MUTATIONS], ['WorkSpaces', workSpaces, WORKSPACES_MUTATIONS],
] as const)('%s', (_service, service, mutations) => {
  test.each(mutations as readonly [string, () => Variant | void][])('a product that %s is found', async (_, mutate) => {
    const variant = mutate() ?? undefined;

    const found = await firstBroken(service, variant);

    expect(found).toBeDefined();
    process.stdout.write(`    seed ${found!.seed}: ${found!.law}\n`);
  });
});

async function firstBroken(service: ServiceModel, variant: Variant | undefined): Promise<{ seed: number; law: string } | undefined> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations } = await runHistory(seed, { variant, services: [service] });
    if (violations.length > 0) {
      return { seed, law: violations[0].law };
    }
  }
  return undefined;
}

/** Changes each step of the endpoints' handler. */
function everyStep(step: (context: StepContext<any>, original: Parameters<Step>[1], port: SdkSes) => Promise<Outcome>): Variant {
  return {
    handlers: handlers => {
      const endpoint = handlers[MULTI_REGION_ENDPOINT_TYPE] as ResourceHandler<any> & { ses: SdkSes };
      const changed = (operation: 'create' | 'update' | 'delete') => (context: StepContext<any>) =>
        step(context, original => endpoint[operation](original), endpoint.ses);
      const broken: ResourceHandler<any> = {
        defaultTimeoutSeconds: endpoint.defaultTimeoutSeconds,
        parse: raw => endpoint.parse(raw),
        recognizes: (id, raw) => endpoint.recognizes(id, raw),
        create: changed('create'),
        update: changed('update'),
        delete: changed('delete'),
      };
      return { ...handlers, [MULTI_REGION_ENDPOINT_TYPE]: broken };
    },
  };
}
