import { Account } from '../../cli/rehearse/account';
import { compare } from '../../cli/rehearse/compare';
import { effectsOf } from '../../cli/rehearse/describe';
import { kindOf, OUR_TYPES } from '../../cli/rehearse/resource-kinds';
import { OurState, ResourceState, withThing } from '../../cli/rehearse/snapshot';
import { Timeline } from '../../cli/rehearse/timeline';

/*
 * A resource type that the report has no words for is told by its ids and ARNs.
 */
const TYPE = 'Custom::BrandNew';

const timeline = new Timeline();
const moment = (at: number, ...ids: string[]) => timeline.add({ at, ids: new Set(ids), usable: new Set(ids), groups: new Map() });
moment(0, 'thing-1');
moment(1000, 'thing-1', 'thing-2');
moment(2000, 'thing-2');
moment(3000);
moment(4000, 'thing-3');

function state(thingId: string, physicalId: string, Size = '1'): OurState {
  return withThing({
    key: 'k', account: { timeline } as unknown as Account, region: 'eu-west-1', stackId: 'S', rootName: 'S', logicalId: 'R', type: TYPE,
    physicalId, properties: { Size }, attributes: { ThingId: thingId, Status: thingId }, retained: false,
  } satisfies ResourceState);
}

const deployment = { from: 0, to: 4000 };
const exists = () => false;

test.each([
  ['the same', state('thing-1', 'p'), state('thing-1', 'p'), 'as before', false],
  ['other settings', state('thing-1', 'p'), state('thing-1', 'p', '2'), 'changed in place', false],
  ['a new one beside it', state('thing-1', 'p'), state('thing-2', 'q'), 'replaced', true],
  ['a new one after it', state('thing-2', 'p'), state('thing-3', 'p'), 're-created in its place', true],
  ['what no simulator shows, in another place', state('other-1', 'p'), state('other-2', 'q'), 'replaced', true],
])('%s', (_, before, after, change, disruptive) => {
  const comparison = compare({ before, after, deployment, exists });
  expect(comparison).toMatchObject({ change, disruptive });
  expect(effectsOf({ before, after, deployment, exists }, comparison).length > 0).toBe(disruptive);
});

test('it is gone', () => {
  expect(compare({ before: state('thing-1', 'p'), deployment, exists })).toMatchObject({ change: 'deleted', disruptive: true });
});

test('what only reads is never disruptive, everything else can be', () => {
  expect(OUR_TYPES.size).toBeGreaterThan(8);
  const readers = [...OUR_TYPES].filter(type => kindOf(type).readsOnly).sort();
  expect(readers).toEqual([...OUR_TYPES].filter(type => /(Lookup|Ready)$/.test(type)).sort());
  expect(kindOf(TYPE).readsOnly).toBeUndefined();
});
