import { executionOf, requestAt } from './executions';
import { Predecessor } from '../../../lambda/lifecycle/predecessor';
import type { WrittenState } from '../../../lambda/lifecycle/ports';
import type { Operation } from '../../../lambda/lifecycle/request';

/*
 * What later requests read in the executions of earlier ones.
 */
const INVENTED = 'Game-Thing-1A2B3C4D5E6F';
const HERE = { Place: 'desk' };

/** An earlier request: how far it came, in which place, and under which id. */
interface Earlier {
  readonly operation: Operation;
  readonly changed?: boolean;
  readonly answer?: 'SUCCESS' | 'FAILED';
  readonly place?: string;
  readonly id?: string;
}

const GIVEN_UP: Earlier = { operation: 'Create', changed: true };
const NOT_BEGUN: Earlier = { operation: 'Create' };
const FAILED: Earlier = { operation: 'Create', changed: true, answer: 'FAILED' };
const REFUSED: Earlier = { operation: 'Create', answer: 'FAILED' };
const DONE: Earlier = { operation: 'Create', changed: true, answer: 'SUCCESS' };
const UPDATE: Earlier = { operation: 'Update', changed: true, answer: 'SUCCESS' };
const DELETE: Earlier = { operation: 'Delete', id: 'another' };
const elsewhere = (earlier: Earlier): Earlier => ({ ...earlier, place: 'shelf' });

/** @param history the earliest first */
function after(history: readonly Earlier[], operation: Operation, physicalId = INVENTED, isListed = true): Predecessor {
  const requests = history.map((earlier, at) => requestAt(at, earlier.operation));
  const executions = requests.map(request => executionOf(request, false));
  const written = new Map<string, WrittenState>(executions.map(({ name }, at) => {
    const { answer, changed, id, place = HERE.Place } = history[at];
    const progress = { changed, pendingAnswer: answer && { status: answer } };
    return [name, { progress, request: { requestId: `r${at}`, properties: { Place: place }, physicalResourceId: id } }];
  }));
  const names = executions.map(({ name }) => name).reverse();
  const waiter = { executions: async () => [...executions].reverse(), lastInputOf: async (name: string) => written.get(name)! } as any;
  const request = requestAt(100, operation, { PhysicalResourceId: physicalId });
  return new Predecessor(request, { startedAt: 0, seesItself: true, predecessors: isListed ? names : [] }, waiter);
}

const isAbandoned = (predecessor: Predecessor) => predecessor.createWasAbandoned(({ Place }) => Place === HERE.Place);

describe('what a create finds', () => {
  test.each<[string, Earlier[], boolean]>([
    ['nothing was before it', [], false],
    ['a create was given up while it created', [GIVEN_UP], true],
    ['a create has failed after it created', [FAILED], true],
    ['a create was given up before it created', [NOT_BEGUN], false],
    ['a create was refused', [REFUSED], false],
    ['a create has succeeded, so RETAIN may have kept it', [DONE], false],
    ['one was refused what another had left', [GIVEN_UP, REFUSED], true],
    ['one was refused what another had created', [DONE, REFUSED], false],
    ['what was left has been deleted', [GIVEN_UP, DELETE], false],
    ['it was updated since', [GIVEN_UP, UPDATE], false],
    ['a create has left something in another place', [elsewhere(GIVEN_UP)], false],
    ['a create has left something here, and a later one is in another place', [GIVEN_UP, elsewhere(DONE)], true],
  ])('where %s', async (_, history, expected) => {
    expect(await isAbandoned(after(history, 'Create'))).toBe(expected);
  });

  test('may be of a create that is so long ago that only the whole list shows it', async () => {
    expect(await isAbandoned(after([GIVEN_UP], 'Create', undefined, false))).toBe(true);
  });
});

describe('what a delete of an unknown id finds', () => {
  test.each<[string, Earlier[], boolean]>([
    ['no create is listed', [], false],
    ['the create was given up while it created', [GIVEN_UP], true],
    ['the create was given up before it created', [NOT_BEGUN], false],
    ['the answer of the create was not heard', [DONE], true],
    ['the create was refused what RETAIN has kept', [DONE, REFUSED], false],
    ['the next create was given up before it took over what was left', [GIVEN_UP, NOT_BEGUN], true],
    ['the next create has taken over what was left', [GIVEN_UP, DONE], false],
    ['the next create has taken it over, and this delete comes once more', [GIVEN_UP, DONE, { ...DELETE, id: INVENTED }], false],
    ['the delete of what was left has come, and this is the delete of the next create', [GIVEN_UP, DONE, DELETE], true],
    ['what was left was deleted before the next create, whose answer was not heard', [GIVEN_UP, DELETE, DONE], true],
    ['an update has gone on with the failed create', [FAILED, UPDATE], true],
    ['only deletes came before', [DELETE], false],
    ['the create was in another place', [elsewhere(GIVEN_UP)], false],
  ])('where %s', async (_, history, expected) => {
    expect(await isAbandoned(after(history, 'Delete'))).toBe(expected);
  });

  test.each<[string, string, boolean]>([['of this create', 'id-not-known:r0', true], ['of an earlier one', 'id-not-known:r9', false]])(
    'where the id is one %s', async (_, id, expected) => {
      expect(await isAbandoned(after([FAILED], 'Delete', id))).toBe(expected);
    });
});

describe('what an update finds in another place', () => {
  const away: Earlier = { ...UPDATE, place: 'shelf', id: 'desk' };
  const further: Earlier = { ...UPDATE, place: 'sill', id: 'shelf' };

  test.each<[string, Earlier[], boolean]>([
    ['was held before the last update', [DONE, away], true],
    ['was held before one of the last updates', [DONE, away, further], true],
    ['was held before a deployment that has ended with its clean-up', [DONE, away, DELETE, further], false],
    ['was left by an update that has failed', [elsewhere(DONE), { ...UPDATE, id: 'shelf', answer: 'FAILED' }], true],
    ['was left by an update whose success was not heard', [elsewhere(DONE), { ...UPDATE, id: 'shelf' }], true],
    ['was refused to an update, which changed nothing', [elsewhere(DONE), { operation: 'Update', id: 'shelf', answer: 'FAILED' }], false],
    ['was left by a create that has failed', [FAILED], true],
    ['was created before this resource', [DONE, UPDATE, elsewhere(DONE)], false],
    ['was created before this resource, which has been updated', [DONE, elsewhere(DONE), { ...UPDATE, place: 'shelf', id: 'shelf' }], false],
    ['comes from where nobody knows', [], false],
  ])('%s', async (_, history, expected) => {
    expect(await after(history, 'Update').wasHeldBefore(({ Place }) => Place === HERE.Place, id => id === HERE.Place)).toBe(expected);
  });
});

describe('what updates have left', () => {
  const left = async (history: readonly Earlier[]) =>
    (await after(history, 'Update').leftByUpdates(({ Place }, id) => Place !== id)).map(({ Place }) => Place);
  const failed: Earlier = { operation: 'Update', changed: true, answer: 'FAILED', place: 'shelf', id: 'desk' };

  test.each<[string, Earlier[], string[]]>([
    ['is that of one that failed', [DONE, failed], ['shelf']],
    ['is that of one that was given up', [DONE, { ...failed, answer: undefined }], ['shelf']],
    ['is that of several, the latest first', [DONE, failed, { ...failed, place: 'sill' }], ['sill', 'shelf']],
    ['is nothing if it had not begun', [DONE, { ...failed, changed: false }], []],
    ['is nothing where CloudFormation held it', [DONE, { ...failed, place: 'desk' }], []],
    ['has been removed by one that has succeeded since', [DONE, failed, { ...UPDATE, id: 'desk' }], []],
    ['is looked for before deletes, too', [DONE, failed, DELETE], ['shelf']],
  ])('%s', async (_, history, expected) => {
    expect(await left(history)).toEqual(expected);
  });
});

describe('what CloudFormation holds', () => {
  test.each<[string, Earlier[], boolean]>([
    ['was left by a create that failed', [FAILED], true],
    ['was left by a create that failed, and so did the update since', [FAILED, { ...UPDATE, answer: 'FAILED' }], true],
    ['is complete since an update', [FAILED, UPDATE], false],
    ['is complete since its create', [DONE, { ...UPDATE, answer: 'FAILED' }], false],
    ['comes from where nobody knows', [UPDATE], false],
  ])('%s', async (_, history, expected) => {
    expect(await after(history, 'Update').createFailed()).toBe(expected);
  });
});

describe('the last one', () => {
  test.each<[string, Earlier[], boolean]>([
    ['is not known', [], false], ['has succeeded', [DONE], false], ['has failed', [DONE, FAILED], true], ['was given up', [GIVEN_UP], true],
    ['has succeeded, and deletes came since', [UPDATE, DELETE], false],
  ])('%s', async (_, history, expected) => {
    expect(await after(history, 'Delete').hasFailed()).toBe(expected);
  });
});
