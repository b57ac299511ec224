/** Loads the package and what all constructs need of it. */
import * as library from '../../src';

export const used = Object.values(library);
