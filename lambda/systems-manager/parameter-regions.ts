import type { ParameterDeclaration } from './multi-region-parameter';
import { REGIONS_TAG_KEY } from '../../src/wire/systems-manager';
import type { RawProperties } from '../lifecycle/request';
import type { Tags } from '../lifecycle/tags';

/** In place of a value that is not the same in all Regions. No tag is declared so. */
const DIFFERS = '(not the same in all Regions)';

/** The Regions besides the stack's own. */
export function otherRegionsOf({ otherRegions }: ParameterDeclaration, home: string): string[] {
  return [...new Set(otherRegions)].filter(region => region !== home).sort();
}

/** The Regions that the parameter at home lists. */
export function regionsIn(tags: Tags): string[] {
  return (tags[REGIONS_TAG_KEY] ?? '').split(' ').filter(Boolean);
}

/** The same from properties of any version, if they are of this parameter. */
export function declaredRegions({ ParameterName, Regions }: RawProperties = {}, name: string, home: string): string[] {
  const regions = ParameterName === name && Array.isArray(Regions) ? Regions : [];
  return regions.filter((region): region is string => typeof region === 'string' && region !== home);
}

/**
 * The tags of a parameter in all Regions, as one. An update that was stopped between two Regions has left them different: what is not the
 * same everywhere is equal to nothing that is declared, so it is set or removed in all of them.
 */
export function tagsInAll(home: Tags, copies: readonly Tags[]): Tags {
  const keys = new Set([home, ...copies].flatMap(Object.keys));
  const isSame = (key: string) => key === REGIONS_TAG_KEY || copies.every(tags => tags[key] === home[key]);
  return Object.fromEntries([...keys].map(key => [key, isSame(key) ? home[key] : DIFFERS]));
}
