import type { AdoptingProperties } from './lifecycle';
import type { TagRules } from './rules';

export const MULTI_REGION_PARAMETER_TYPE = 'Custom::MultiRegionParameter';

/** One tag less than Systems Manager takes: the parameter in the stack's Region lists its Regions in a tag. */
export const SYSTEMS_MANAGER_TAG_RULES: TagRules = {
  service: 'Systems Manager',
  maxCount: 49,
  maxKeyLength: 128,
  maxValueLength: 256,
  reservedInValues: false,
  reservedPrefixes: ['aws:', 'ssm:'],
};

/** Tag of the parameter in the stack's Region: the Regions that have a copy, between spaces. */
export const REGIONS_TAG_KEY = 'cdk-multi-region:regions';

/** A tag value has room for the names of so many Regions. */
export const MAX_PARAMETER_REGIONS = 15;

export const MAX_PARAMETER_NAME_LENGTH = 1011;
export const MAX_PARAMETER_LEVELS = 15;
export const MAX_PARAMETER_DESCRIPTION_LENGTH = 1024;

/** Characters of a value, by tier. */
export const MAX_VALUE_LENGTH = { Standard: 4096, Advanced: 8192 } as const;

/** What is wrong with the name of a parameter, if anything. */
export function parameterNameProblem(name: string): string | undefined {
  if (name.length < 1 || name.length > MAX_PARAMETER_NAME_LENGTH) {
    return `has ${name.length} characters, but Systems Manager takes 1 to ${MAX_PARAMETER_NAME_LENGTH}`;
  }
  if (!/^[A-Za-z0-9_./-]+$/.test(name)) {
    return 'may have letters, digits and _ . - / only';
  }
  if (name.includes('/') && !name.startsWith('/')) {
    return "must begin with '/' if it has one";
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    return "must not begin with 'aws' or 'ssm'";
  }
  return name.split('/').length - 1 > MAX_PARAMETER_LEVELS ? `has more than ${MAX_PARAMETER_LEVELS} levels` : undefined;
}

/** Properties of `Custom::MultiRegionParameter`. */
export interface MultiRegionParameterProperties extends AdoptingProperties {
  readonly ParameterName: string;
  readonly Type: 'String' | 'StringList';
  readonly Value: string;
  /** Besides the stack's own. */
  readonly Regions?: string[];
  readonly Description?: string;
  /** Without it Standard. */
  readonly Tier?: 'Standard' | 'Advanced' | 'Intelligent-Tiering';
  /** Without it text. */
  readonly DataType?: 'text' | 'aws:ec2:image';
  readonly Tags?: Record<string, string>;
}

/** Attributes of `Custom::MultiRegionParameter`. */
export interface MultiRegionParameterAttributes {
  readonly ParameterName: string;
  /** `Version.<Region>` for each Region. */
  readonly [version: `Version.${string}`]: string;
}
