// CloudFormation Validate takes seconds at the first synthesis of every test file; validation.test.ts turns it on.
process.env.CDK_VALIDATION ??= 'false';
