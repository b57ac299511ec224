import { fleetStepOf } from './fleet-step-of';
import { NOW } from '../port';

describe('notes of a fleet', () => {
  test('travel in the memory', () => {
    const { fleet } = fleetStepOf({}, { n: '5', l: 'a,b' }, 'id');
    fleet.add('l', 'c');
    fleet.set('x', ['1', '2']);
    fleet.forget('n');
    expect([fleet.list('l'), fleet.number('n'), fleet.number('none'), fleet.text('none'), fleet.flag('x'), fleet.flag('n'), fleet.list('none')])
      .toEqual([['a', 'b', 'c'], 0, 0, '', true, false, []]);
    expect(fleet.next('it')).toEqual({ status: 'waiting', until: 'it', seconds: 0, physicalId: 'id', memory: { n: '', l: 'a,b,c', x: '1,2', pace: NOW } });
  });

  test('of failures are cut, and logged whole', () => {
    const { fleet, log } = fleetStepOf();
    fleet.fail([]);
    expect([fleet.failures, log]).toEqual([[], []]);
    const failure = { member: 'm', code: 'c'.repeat(81), message: 'x'.repeat(81) };
    fleet.fail([failure]);
    fleet.fail([{ member: 'n', code: 'c', message: 'x' }]);
    expect(fleet.failures).toEqual([{ member: 'm', code: 'c'.repeat(80), message: 'x'.repeat(80) }, { member: 'n', code: 'c', message: 'x' }]);
    expect(log[0]).toEqual(['ERROR', 'Members of the fleet failed', { failures: [failure] }]);
  });
});
