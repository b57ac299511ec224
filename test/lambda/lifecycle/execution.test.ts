import { executionOf, requestAt } from './executions';
import { executionName, executionPrefix, operationOf, requestedAtOf, otherExecutions } from '../../../lambda/lifecycle/execution';
import type { StartedExecution } from '../../../lambda/lifecycle/ports';

const OWN = requestAt(100);
const own = executionOf(OWN);
const names = (...executions: StartedExecution[]) => executions.map(({ name }) => name);

describe('the name of an execution', () => {
  test('tells the resource, the operation and when the request was made', () => {
    expect(own.name).toMatch(/^[0-9a-f]{24}-Update-[0-9a-z]+-[0-9a-f]{32}$/);
    expect(own.name.startsWith(executionPrefix(OWN))).toBe(true);
    expect(requestedAtOf(own.name)).toBe(OWN.requestedAt);
    expect(own.name.length).toBeLessThanOrEqual(80);
  });

  test('is the same for each delivery of a request, and another one when it is sent with another URL', () => {
    expect(executionName(requestAt(100))).toBe(own.name);
    expect(executionName(requestAt(101, 'Update', { RequestId: 'r100' }))).not.toBe(own.name);
    expect(executionName(requestAt(100, 'Update', { RequestId: 'other' }))).not.toBe(own.name);
  });

  test('does without the time where the URL does not tell it', () => {
    const request = requestAt(100, 'Create', { ResponseURL: 'https://b.test/' });
    expect(executionName(request)).toMatch(/^[0-9a-f]{24}-Create-[0-9a-f]{32}$/);
    expect(requestedAtOf(executionName(request))).toBeUndefined();
  });

  test('differs between stacks and between logical ids', () => {
    const prefixes = [OWN, requestAt(100, 'Update', { StackId: 't' }), requestAt(100, 'Update', { LogicalResourceId: 'Other' })].map(executionPrefix);
    expect(new Set(prefixes).size).toBe(3);
  });

  test.each(['Create', 'Update', 'Delete'] as const)('says that it is one of a %s', operation => {
    expect(operationOf(executionName(requestAt(100, operation)))).toBe(operation);
  });
});

describe('other executions', () => {
  test('are none where there is nothing else, or only other resources', () => {
    const other = executionOf(requestAt(50, 'Update', { LogicalResourceId: 'Other' }));
    expect(otherExecutions([own, other], OWN)).toMatchObject({ later: [], earlierRunning: [], predecessors: [], showsOwn: true });
    expect(otherExecutions([], OWN)).toMatchObject({ later: [], earlierRunning: [], showsOwn: false });
  });

  test.each([true, false])('of a later request count, running or not (%s)', running => {
    const later = executionOf(requestAt(110), running);
    expect(otherExecutions([later, own], OWN)).toMatchObject({ later: [later.name], earlierRunning: [] });
  });

  test('of a later request count though they started earlier', () => {
    const later = { ...executionOf(requestAt(110)), startedAt: 0 };
    expect(otherExecutions([own, later], OWN).later).toEqual([later.name]);
  });

  test('of earlier requests count while they run', () => {
    const running = executionOf(requestAt(50));
    expect(otherExecutions([own, running, executionOf(requestAt(40), false)], OWN)).toMatchObject({ later: [], earlierRunning: [running.name] });
  });

  test('without a time in their names are sorted by their start', () => {
    const nameless = (name: string, startedAt: number) => ({ name: `${executionPrefix(OWN)}Update-${name.repeat(32)}`, startedAt, running: true });
    const [before, after] = [nameless('a', OWN.requestedAt - 1), nameless('b', OWN.requestedAt + 1)];
    expect(otherExecutions([after, own, before], OWN))
      .toMatchObject({ later: names(after), earlierRunning: names(before), predecessors: names(before) });
  });

  describe('of the same second', () => {
    const update = executionOf(requestAt(100, 'Update', { RequestId: 'other' }));
    const removal = executionOf(requestAt(100, 'Delete'));

    test('are later when they started later', () => {
      expect(otherExecutions([update, own], OWN).later).toEqual([update.name]);
      expect(otherExecutions([own, update], OWN)).toMatchObject({ later: [], earlierRunning: [update.name] });
    });

    test('are earlier when the list does not show the own one yet and they do', () => {
      expect(otherExecutions([update], OWN).later).toEqual([update.name]);
    });

    test('are later when they delete', () => {
      expect(otherExecutions([own, removal], OWN).later).toEqual([removal.name]);
      expect(otherExecutions([update, removal], requestAt(100, 'Delete'))).toMatchObject({ later: [], earlierRunning: [update.name] });
    });
  });

  test('are not two deletes, whenever they were requested', () => {
    const removal = requestAt(100, 'Delete');
    const others = [executionOf(requestAt(110, 'Delete')), executionOf(requestAt(90, 'Delete'))];
    expect(otherExecutions([executionOf(removal), ...others], removal))
      .toMatchObject({ later: [], earlierRunning: [], predecessors: [others[1].name] });
  });
});

describe('the predecessors', () => {
  test('are the last requests before, ended or not, the latest first', () => {
    const [create, update, removal] = [executionOf(requestAt(10, 'Create'), false), executionOf(requestAt(50), false), executionOf(requestAt(60, 'Delete'), false)];
    expect(otherExecutions([own, removal, create, update], OWN).predecessors).toEqual(names(removal, update, create));
    const many = Array.from({ length: 12 }, (_, second) => executionOf(requestAt(second), false));
    expect(otherExecutions([own, ...many], OWN).predecessors).toEqual(names(...many.slice(4).reverse()));
  });
});

describe('the crowd', () => {
  const other = (seconds: number, running = true) => executionOf(requestAt(seconds, 'Create', { LogicalResourceId: `Other${seconds}` }), running);

  test('is what runs of all resources, with this one; the rank is how many started before', () => {
    expect(otherExecutions([other(120), own, other(90), other(80), other(70, false)], OWN)).toMatchObject({ running: 4, rank: 2 });
  });

  test('is counted though the list does not show the own one yet', () => {
    expect(otherExecutions([other(90), other(80)], OWN)).toMatchObject({ running: 3, rank: 2 });
  });

  test('counts the own one once, though it is shown as ended', () => {
    expect(otherExecutions([{ ...own, running: false }], OWN)).toMatchObject({ running: 1, rank: 0 });
  });
});
