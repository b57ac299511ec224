// CloudFormation Validate takes seconds at the first synthesis of every test file; validation.test.ts turns it on.
process.env.CDK_VALIDATION ??= 'false';
// The CDK notes where each construct, token and remark was made. Under jest, a quarter of a synthesis is spent on that.
process.env.CDK_DISABLE_STACK_TRACE ??= '1';
process.env.CDK_CONTEXT_JSON ??= JSON.stringify({ 'aws:cdk:disable-creation-stack-traces': true, 'aws:cdk:disable-stack-trace': true });
// Jest has 100, each mapped to its source whenever an error is made, also the hundreds that tests expect.
Error.stackTraceLimit = 20;
