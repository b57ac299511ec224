import { DECORATIONS } from './decorations';
import { ENVIRONMENTS } from './environments';
import { PROPERTIES } from './properties';
import { REFERENCES } from './references';
import { ROLES } from './roles';
import type { Feature } from '../feature';

/** The rows of the table, by chapter. */
export const FEATURES: Readonly<Record<string, readonly Feature[]>> = {
  'Stacks and environments': ENVIRONMENTS,
  'References and lookups': REFERENCES,
  'Roles and permissions': ROLES,
  'Tags, aspects, mixins and defaults': DECORATIONS,
  'Properties': PROPERTIES,
};
