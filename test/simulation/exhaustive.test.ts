import type { FaultKind } from './faults';
import { runHistory, type RunOptions } from './history';
import { BREAKER_TYPE, FUNCTION_ARN, type Plan, type Step } from './plan';
import { SERVICES } from './services';
import type { JsonObject } from '../../sandbox/cloudformation/template';
import { SCHEMA_VERSION } from '../../src/wire/lifecycle';
import { MULTI_REGION_ENDPOINT_LOOKUP_TYPE, MULTI_REGION_ENDPOINT_TYPE } from '../../src/wire/ses';

const CRASHES: FaultKind[] = ['crash before', 'crash after', 'hang after'];
/** Worlds that may differ in how fast and how consistent the service is; see SesService. */
const WORLDS = [2];

interface Properties {
  readonly before: JsonObject;
  readonly inPlace?: JsonObject;
  readonly replacing: JsonObject;
}

const ENDPOINT: Properties = {
  before: { EndpointName: 'mail', SecondaryRegion: 'eu-central-1', Tags: { team: 'mail' } },
  inPlace: { EndpointName: 'mail', SecondaryRegion: 'eu-central-1', Tags: { stage: 'test' } },
  replacing: { EndpointName: 'post', SecondaryRegion: 'us-east-1', Tags: {} },
};
const LOOKUP: Properties = { before: { EndpointName: 'mail' }, replacing: { EndpointName: 'post' } };

describe.each([
  [MULTI_REGION_ENDPOINT_TYPE, 'SES', ENDPOINT],
  [MULTI_REGION_ENDPOINT_LOOKUP_TYPE, 'SES', LOOKUP],
])('%s', (type, service, { before, inPlace, replacing }) => {
  const operations: [string, Step[]][] = [
    ['create and delete', [deploy(type, before)]],
    ['create that is rolled back', [deploy(type, before, 20)]],
    ['create that is cancelled', [deploy(type, before, 0)]],
    ...inPlace ? [['update in place', [deploy(type, before), deploy(type, inPlace)]] as [string, Step[]]] : [],
    ['replacement', [deploy(type, before), deploy(type, replacing)]],
    ['replacement that is rolled back', [deploy(type, before), deploy(type, replacing, 20)]],
    ['replacement that is cancelled', [deploy(type, before), deploy(type, replacing, 0)]],
  ];

  test.each(operations)('%s: a crash at every call, before and after its effect', async (name, steps) => {
    let histories = 0;
    for (const seed of WORLDS) {
      for (const kind of CRASHES) {
        for (let place = 0, places = 1; place < places; place++) {
          const history = await runHistory(seed, optionsOf(service, seed, steps, { place, kind }));
          histories++;
          places = history.places;
          if (history.violations.length > 0) {
            throw new Error(`${type}, ${name}, world ${seed}, '${kind}' at place ${place}: ${JSON.stringify(history.violations)}`);
          }
        }
      }
    }
    expect(histories).toBeGreaterThan(WORLDS.length * CRASHES.length);
  }, 60_000);
});

function optionsOf(service: string, seed: number, steps: Step[], single: NonNullable<RunOptions['single']>): RunOptions {
  const plan: Plan = {
    seed,
    rollsReplacementBackByUpdate: seed % 2 === 0,
    faultsUntil: Infinity,
    steps: steps.map((step, index) => ({ id: `Game${index + 1}`, chain: 'Game', pause: 5000, step })),
  };
  return { plan, single, services: SERVICES.filter(({ name }) => name === service) };
}

/** A stack with the resource, and something that fails after so many seconds and takes it back. */
function deploy(type: string, properties: JsonObject, failsAfter?: number): Step {
  const resources: JsonObject = {
    Thing: { Type: type, Properties: { ServiceToken: FUNCTION_ARN, Schema: SCHEMA_VERSION, ...properties } },
    ...type === MULTI_REGION_ENDPOINT_LOOKUP_TYPE ? { Endpoint: endpointFor(properties) } : {},
    ...failsAfter === undefined ? {} : { Breaker: { Type: BREAKER_TYPE, Properties: { FailsAfter: failsAfter } } },
  };
  return { kind: 'deploy', template: { Resources: resources } };
}

/** What a lookup finds. */
function endpointFor({ EndpointName }: JsonObject): JsonObject {
  return {
    Type: MULTI_REGION_ENDPOINT_TYPE,
    Properties: { ServiceToken: FUNCTION_ARN, Schema: SCHEMA_VERSION, EndpointName, SecondaryRegion: 'eu-central-1' },
  };
}
