import type { MemberConstraint } from './service';

/** Where a DKIM key comes from. */
const ORIGINS = [
  'AWS_SES', 'EXTERNAL', 'AWS_SES_AF_SOUTH_1', 'AWS_SES_EU_NORTH_1', 'AWS_SES_AP_SOUTH_1', 'AWS_SES_EU_WEST_3',
  'AWS_SES_EU_WEST_2', 'AWS_SES_EU_SOUTH_1', 'AWS_SES_EU_WEST_1', 'AWS_SES_AP_NORTHEAST_3',
  'AWS_SES_AP_NORTHEAST_2', 'AWS_SES_ME_SOUTH_1', 'AWS_SES_AP_NORTHEAST_1', 'AWS_SES_IL_CENTRAL_1',
  'AWS_SES_SA_EAST_1', 'AWS_SES_CA_CENTRAL_1', 'AWS_SES_AP_SOUTHEAST_1', 'AWS_SES_AP_SOUTHEAST_2',
  'AWS_SES_AP_SOUTHEAST_3', 'AWS_SES_EU_CENTRAL_1', 'AWS_SES_US_EAST_1', 'AWS_SES_US_EAST_2', 'AWS_SES_US_WEST_1',
  'AWS_SES_US_WEST_2', 'AWS_SES_ME_CENTRAL_1', 'AWS_SES_AP_SOUTH_2', 'AWS_SES_EU_CENTRAL_2',
  'AWS_SES_AP_SOUTHEAST_5', 'AWS_SES_CA_WEST_1', 'AWS_SES_US_GOV_EAST_1', 'AWS_SES_US_GOV_WEST_1',
] as const;

const EMAIL_IDENTITY: MemberConstraint = { minLength: 1 };

/** Constraints of the operations on identities. */
export const CREATE_EMAIL_IDENTITY: Record<string, MemberConstraint> = {
  'EmailIdentity': EMAIL_IDENTITY,
  'DkimSigningAttributes.DomainSigningSelector': {
    minLength: 1, maxLength: 63, pattern: /^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9]))$/,
  },
  'DkimSigningAttributes.DomainSigningPrivateKey': { minLength: 1, maxLength: 20480, pattern: /^[a-zA-Z0-9+\/]+={0,2}$/ },
  'DkimSigningAttributes.NextSigningKeyLength': { enum: ['RSA_1024_BIT', 'RSA_2048_BIT'] },
  'DkimSigningAttributes.DomainSigningAttributesOrigin': { enum: ORIGINS },
};
export const ONE_EMAIL_IDENTITY: Record<string, MemberConstraint> = { EmailIdentity: EMAIL_IDENTITY };
