import { waiting } from '../../../lambda/lifecycle/handler';

test('a wait is what a handler says in words', () => {
  expect(waiting('it', 5, { seen: true })).toEqual({ status: 'waiting', until: 'it', seconds: 5, memory: { seen: true } });
});
