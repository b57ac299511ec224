import type { Workspace } from '../../../lambda/workspaces/client';
import { keyDifference, StandbySettings } from '../../../lambda/workspaces/standby';
import type { Shown } from '../resource-type';

/** What WorkSpaces does not show is taken to be as declared. */
export function settingsShown({ replication, volumeEncryptionKey: key }: Workspace, declared: StandbySettings, suffix: string = ''): Shown[] {
  const isSameKey = key === undefined || keyDifference(key, declared.volumeEncryptionKey) === undefined;
  return [
    { property: `DataReplication${suffix}`, declared: declared.replication, actual: replication ?? declared.replication },
    { property: `VolumeEncryptionKey${suffix}`, declared: declared.volumeEncryptionKey, actual: isSameKey ? declared.volumeEncryptionKey : key },
  ];
}
