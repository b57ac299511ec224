/** Loads the package and what one construct needs of it. */
import { MultiRegionEndpoint } from '../../src';

export const used = MultiRegionEndpoint;
