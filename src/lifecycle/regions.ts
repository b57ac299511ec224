import { Annotations, CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { IConstruct } from 'constructs';
import { checkText } from './checks';
import { refuse } from './synthesis-error';
import { REGION_NAME } from '../wire/rules';

/** Checks the name of a Region, if it is concrete. One that the AWS CDK does not know is a warning: it may be new. */
export function checkRegionName(scope: IConstruct, property: string, region: string): void {
  checkText(scope, property, region);
  if (Token.isUnresolved(region)) {
    return;
  }
  if (!REGION_NAME.test(region)) {
    refuse(scope, `${property} '${region}' is not the name of a Region. Use a name such as 'eu-west-1'.`);
    return;
  }
  if (!isRegion(region)) {
    Annotations.of(scope).addWarningV2('cdk-multi-region:unknownRegion',
      `${property} '${region}' is not among the Regions that this version of the AWS CDK knows. Correct it if it is mistyped; acknowledge this if `
      + 'the Region is new.');
  }
}

/** Refuses a Region of another partition than that of `other`, as far as both are known. Nothing reaches from one partition to another. */
export function checkSamePartition(scope: IConstruct, property: string, region: string, other: string): void {
  const [partition, otherPartition] = [partitionOf(region), partitionOf(other)];
  if (partition && otherPartition && partition !== otherPartition) {
    refuse(scope, `${property} '${region}' is in the partition ${partition}, but ${other} is in ${otherPartition}, and nothing reaches from one `
      + `partition to another. Use a Region of ${otherPartition}.`);
  }
}

/** The partition of a Region, if it is known. */
export function partitionOf(region: string): string | undefined {
  return Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
}

export function isRegion(name: string): boolean {
  return RegionInfo.regions.some(region => region.name === name);
}

/** Whether a Region is that of the construct's stack, which need not be known for it. */
export function isOwnRegion(scope: IConstruct, region: string): boolean {
  const stack = Stack.of(scope);
  return region === stack.region || JSON.stringify(stack.resolve(region)) === '{"Ref":"AWS::Region"}';
}

/** Whether a Region is surely another one than that of the construct's stack. */
export function isElsewhere(scope: IConstruct, region: string): boolean {
  const here = Stack.of(scope).region;
  return !Token.isUnresolved(region) && !Token.isUnresolved(here) && region !== here;
}

/** Region of the resource that a token refers to, if it refers to one. */
export function regionOfToken(value: string): string | undefined {
  const token = Token.isUnresolved(value) ? Tokenization.reverseString(value).firstToken : undefined;
  return Reference.isReference(token) && CfnResource.isCfnResource(token.target) ? Stack.of(token.target).region : undefined;
}
