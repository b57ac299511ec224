import type { PutParameterRequest } from '@aws-sdk/client-ssm';
import { ServiceError } from './service';

const VALUE_LENGTH: Record<string, number> = { Standard: 4096, Advanced: 8192 };

/** The tier that a parameter gets. What is not given stays; AWS chooses that of an Intelligent-Tiering parameter by its value. */
export function tierFor({ Tier, Value = '' }: PutParameterRequest, before: string | undefined): string {
  if (before === 'Advanced' && Tier === 'Standard') {
    throw new ServiceError('ValidationException', "You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.");
  }
  const fitting = Value.length > VALUE_LENGTH.Standard || before === 'Advanced' ? 'Advanced' : 'Standard';
  const tier = Tier === 'Intelligent-Tiering' ? fitting : Tier ?? before ?? 'Standard';
  if (Value.length === 0 || Value.length > VALUE_LENGTH[tier]) {
    throw new ServiceError('ValidationException', `Parameters of tier ${tier} have a value of 1 to ${VALUE_LENGTH[tier]} characters.`);
  }
  return tier;
}
