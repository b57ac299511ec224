import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles: Lambda puts the role's credentials into the
 * environment, so the SDK's chain of files, SSO, STS and metadata servers would only be weight.
 */
export const defaultProvider = () => fromEnv();
