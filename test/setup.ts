// CloudFormation Validate takes seconds at the first synthesis of every test file; validation.test.ts turns it on.
process.env.CDK_VALIDATION ??= 'false';
// The CDK notes where each token was made, which a fifth of a synthesis is spent on under jest.
process.env.CDK_DISABLE_STACK_TRACE ??= '1';
