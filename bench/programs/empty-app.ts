import { App, Stack } from 'aws-cdk-lib';

/** What every app loads of the AWS CDK, whatever it declares. */
new Stack(new App(), 'Empty');
