import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustomResource, CustomResourceProvider, CustomResourceProviderRuntime, type Stack } from 'aws-cdk-lib';
import { subjectOf } from '../subjects';

/** The core's `CustomResourceProvider`, which can't wait. @returns how many resources were declared */
export function declare(stack: Stack, name: string, count: number): number {
  const subject = subjectOf(name);
  const codeDirectory = join(__dirname, '..', 'empty-handler');
  mkdirSync(codeDirectory, { recursive: true });
  writeFileSync(join(codeDirectory, 'index.js'), 'exports.handler = async () => ({});');
  const serviceToken = CustomResourceProvider.getOrCreate(stack, subject.type, {
    codeDirectory,
    runtime: CustomResourceProviderRuntime.NODEJS_22_X,
    policyStatements: [{ Effect: 'Allow', Action: subject.actions, Resource: '*' }],
  });
  for (let index = 0; index < count; index++) {
    new CustomResource(stack, `Resource${index}`, {
      serviceToken, resourceType: subject.type, properties: subject.properties(index),
    });
  }
  return count;
}
