import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, AppProps, CustomResource, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Answers at once: with the property `Name` as id, with `FAILED` where the property `Fail` has the type of the request. */
const CODE = `
const http = require('node:http');
exports.handler = event => new Promise((resolve, reject) => {
  const { Name, Fail } = event.ResourceProperties;
  const body = JSON.stringify({
    Status: Fail === event.RequestType ? 'FAILED' : 'SUCCESS',
    Reason: 'as told',
    PhysicalResourceId: event.PhysicalResourceId ?? Name,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    Data: { Upper: Name.toUpperCase(), Version: 'VERSION' },
  });
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const request = http.request(event.ResponseURL, { method: 'PUT', headers }, response => {
    response.resume();
    response.on('end', resolve);
  });
  request.on('error', reject);
  request.end(body);
});
`;

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'cdk-multi-region-'));
}

export function newApp(props: AppProps = {}): App {
  return new App({ outdir: join(temporaryDirectory(), 'cdk.out'), ...props });
}

/** @param version is in each answer, and makes the code another asset */
export function answeringFunction(scope: Stack, props: Partial<lambda.FunctionProps> = {}, version = '1'): lambda.Function {
  const directory = join(temporaryDirectory(), 'code');
  mkdirSync(directory);
  writeFileSync(join(directory, 'index.js'), CODE.replace('VERSION', version));
  return new lambda.Function(scope, 'Fn', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(directory), ...props,
  });
}

export function thing(scope: Stack, id: string, fn: lambda.IFunction, properties: Record<string, string> = {}): CustomResource {
  return new CustomResource(scope, id, {
    serviceToken: fn.functionArn, resourceType: 'Custom::Thing', properties: { Name: `name-of-${id}`, ...properties },
  });
}
