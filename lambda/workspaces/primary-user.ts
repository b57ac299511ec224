import type { WorkSpaces } from './client';
import type { StandbyPlace } from './standby-search';
import { quote } from '../lifecycle/errors';
import type { Scope } from '../lifecycle/model';

type InRegion = (region: string) => Pick<WorkSpaces, 'describe'>;

/**
 * The user of the primary, which spares a create the search of the whole directory. Empty if the primary Region does not tell, and on
 * a Delete, which must not need it.
 */
export async function primaryUser(place: StandbyPlace, scope: Scope, inRegion: InRegion): Promise<string> {
  const note = `userOf ${place.primaryWorkspaceId}`;
  if (scope.operation === 'Delete') {
    return '';
  }
  if (scope.memory[note] !== undefined) {
    return String(scope.memory[note]);
  }
  const userName = await askForUser(place, scope, inRegion);
  scope.remember({ [note]: userName });
  return userName;
}

async function askForUser({ primaryRegion, primaryWorkspaceId }: StandbyPlace, { log }: Scope, inRegion: InRegion): Promise<string> {
  try {
    const [primary] = await inRegion(primaryRegion).describe([primaryWorkspaceId]);
    return primary?.userName ?? '';
  } catch (error) {
    log.write('WARN', 'The primary Region did not tell the user of the primary', { primaryRegion, error: quote(error) });
    return '';
  }
}
