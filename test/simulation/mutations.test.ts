import { deletesWhatItReplaces, lifecycleMutations } from './broken-lifecycle';
import { changed, everyStep, expectFound, type ChangedStep, type Mutation } from './broken-variant';
import type { Variant } from './history';
import { ses } from './services/ses';
import { sesIdentities } from './services/ses-identities';
import type { OtherExecutions } from '../../lambda/lifecycle/execution';
import type { ResourceHandler } from '../../lambda/lifecycle/handler';
import { SdkSes } from '../../lambda/ses/client';
import { MULTI_REGION_ENDPOINT_TYPE, REPLICA_EMAIL_IDENTITY_TYPE } from '../../src/wire/ses';

/* The modules themselves: what an import gives here is a copy, on which a spy sees nothing. */
const entering = jest.requireActual<typeof import('../../lambda/lifecycle/enter')>('../../lambda/lifecycle/enter');
const execution = jest.requireActual<typeof import('../../lambda/lifecycle/execution')>('../../lambda/lifecycle/execution');
const redaction = jest.requireActual<typeof import('../../lambda/lifecycle/redaction')>('../../lambda/lifecycle/redaction');
const requests = jest.requireActual<typeof import('../../lambda/lifecycle/request')>('../../lambda/lifecycle/request');
const response = jest.requireActual<typeof import('../../lambda/lifecycle/response')>('../../lambda/lifecycle/response');
const tags = jest.requireActual<typeof import('../../lambda/lifecycle/tags')>('../../lambda/lifecycle/tags');

/*
 * The engine, the lifecycle or the endpoint's model, broken on purpose: what the simulation must notice.
 *
 * Not here, since the histories do not find it, but in test/lambda/lifecycle on the toy model: what is believed vanished too
 * early, an update in another place whose wreck stays, the order in which tags are exchanged, what an earlier deployment has kept and is taken
 * over, properties that are read strictly to delete, and what a cancelled update has left. Tests of the engine have the answer that is given
 * before it is kept, and the wait for what may still come.
 */
const MUTATIONS: readonly Mutation[] = [
  ['takes everybody\'s endpoints for its own', () => {
    jest.spyOn(tags, 'isOwnedBy').mockReturnValue(true);
  }],
  ['creates without the owner tag', () => {
    jest.spyOn(tags, 'withOwner').mockImplementation(declared => declared);
  }],
  ['names executions by the bare request id', () => {
    jest.spyOn(execution, 'executionName').mockImplementation(({ requestId }) => requestId);
  }],
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
  ['forgets its deadline', () => {
    const original = requests.deadlineOf;
    jest.spyOn(requests, 'deadlineOf').mockImplementation((request, since, seconds) => original(request, since, seconds) + 7_200_000);
  }],
  ['tries to answer only once', () => ({
    runtime: runtime => ({ ...runtime, transport: { put: (url, body) => runtime.transport.put(url, body).catch(() => 403) } }),
  })],
  ['writes secrets into the log', () => {
    jest.spyOn(redaction, 'redact').mockImplementation(text => text);
  }],
  ['removes the owner tag with the others', () => {
    const original = tags.tagDifference;
    jest.spyOn(tags, 'tagDifference').mockImplementation((present, wanted, before) => {
      const { set } = original(present, wanted, before);
      return { set, remove: Object.keys(present).filter(key => !(key in wanted)) };
    });
  }],
  ['works though a later request has come', () => others(found => ({ ...found, later: [] }))],
  ['does not wait for the steps of what it has stopped', () => {
    const original = entering.enter;
    jest.spyOn(entering, 'enter').mockImplementation(async (...parameters) => {
      const result = await original(...parameters);
      return result.kind === 'wait' && /steps of earlier requests/.test(result.until) ? { ...result, seconds: 0 } : result;
    });
  }],
  ['is never alone, as if it only read', () => ({
    handlers: handlers => Object.fromEntries(Object.entries(handlers).map(([type, handler]) => {
      const hasty: ResourceHandler<any> = Object.assign(Object.create(handler), { readsOnly: true });
      return [type, hasty];
    })),
  })],
  ['gives what it re-creates another id', () => everyEndpointStep(async (context, original) => {
    const outcome = await original(context);
    return outcome.status === 'ready' && context.operation === 'Update' && Boolean(context.memory.createdAt)
      ? { ...outcome, physicalId: `${outcome.physicalId}#${outcome.attributes.EndpointId}` } : outcome;
  })],
  deletesWhatItReplaces(MULTI_REGION_ENDPOINT_TYPE),
];

/** The model of replicas, broken on purpose. */
const MUTATIONS_OF_REPLICAS: readonly Mutation[] = [
  ['takes everybody\'s identities for its own', () => {
    jest.spyOn(tags, 'isOwnedBy').mockReturnValue(true);
  }],
  ['answers before the DKIM key is verified', () => everyStep(REPLICA_EMAIL_IDENTITY_TYPE, async (context, original) => {
    const outcome = await original(context);
    return outcome.status === 'waiting' && outcome.physicalId !== undefined && context.operation === 'Create'
      ? { status: 'ready', physicalId: outcome.physicalId, attributes: { EmailIdentity: 'x', EmailIdentityArn: 'x', DkimStatus: 'x' } }
      : outcome;
  })],
  ['takes what it has created for foreign while its tags do not show', () => everyStep(REPLICA_EMAIL_IDENTITY_TYPE, (context, original) =>
    original(changed(context, { requestedAt: 0, memory: { ...context.memory, createdAfter: 0 } })))],
  ['leaves the old replica when it moves to another Region', () => everyStep(REPLICA_EMAIL_IDENTITY_TYPE, async (context, original) =>
    context.operation === 'Delete' && !context.physicalId!.includes(String(context.raw.ReplicaRegion)) ? { status: 'gone' } : original(context))],
];

test('there are at least twelve', () => {
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(12);
});

describe('SES', () => expectFound(ses, [...lifecycleMutations(ses), ...MUTATIONS]));

describe('SES identities', () => expectFound(sesIdentities, MUTATIONS_OF_REPLICAS));

function everyEndpointStep(step: ChangedStep): Variant {
  return everyStep(MULTI_REGION_ENDPOINT_TYPE, step);
}

function others(change: (found: OtherExecutions) => OtherExecutions): void {
  const original = execution.otherExecutions;
  jest.spyOn(execution, 'otherExecutions').mockImplementation((...parameters) => change(original(...parameters)));
}
