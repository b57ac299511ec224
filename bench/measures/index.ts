import { accelerator } from './accelerator';
import { bundles } from './bundles';
import { considerate } from './considerate';
import { fleet } from './fleet';
import { importing } from './import';
import { lifecycle } from './lifecycle';
import { packed } from './package';
import { standbys } from './standbys';
import { synthesis } from './synthesis';
import { template } from './template';
import type { Measure } from '../measure';

/** In the order of the table. */
export const MEASURES: readonly Measure[] = [template, synthesis, importing, bundles, packed, lifecycle, fleet, standbys, accelerator, considerate];
