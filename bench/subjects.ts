/** The services, by the name of their folders. */
export const SUBJECTS = ['ses', 'global-accelerator', 'workspaces'] as const;

/** What users would pick instead: one file each in `programs/declarations/`. */
export const WAYS = [
  { name: 'ours', way: 'ours', flags: 'recommended' },
  { name: 'provider framework', way: 'provider-framework', flags: 'default' },
  { name: 'provider framework, recommended flags', way: 'provider-framework', flags: 'recommended' },
  { name: 'AwsCustomResource', way: 'aws-custom-resource', flags: 'default' },
  { name: 'CustomResourceProvider', way: 'custom-resource-provider', flags: 'default' },
  { name: 'plain CfnResource', way: 'plain', flags: 'default' },
] as const;
