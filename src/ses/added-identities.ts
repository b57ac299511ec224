import type { IMultiRegionEndpoint } from './multi-region-endpoint';

/** Domains of `addIdentity()`, by endpoint. */
const added = new WeakMap<IMultiRegionEndpoint, string[]>();

/** Notes that an endpoint sends from a domain. */
export function noteIdentity(endpoint: IMultiRegionEndpoint, name: string): void {
  added.set(endpoint, [...addedIdentities(endpoint), name]);
}

export function addedIdentities(endpoint: IMultiRegionEndpoint): readonly string[] {
  return added.get(endpoint) ?? [];
}
