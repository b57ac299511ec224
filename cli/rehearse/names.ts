import { Observations } from './observations';
import { Names } from '../../sandbox/cloudformation/names';

/** Names in the new version; in the old one for what only that has. */
export function namesOf({ current, old, accounts }: Pick<Observations, 'current' | 'old' | 'accounts'>): Names {
  return new Names([...current.stacks, ...old?.stacks ?? []], accounts.flatMap(({ sandbox }) => sandbox.events));
}
