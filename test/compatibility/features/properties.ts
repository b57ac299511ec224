import { CfnOutput, PhysicalName } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ENV, newApp, newStack, onlyResources, resourceOf, templateOf, type Feature, type Json } from '../feature';
import { exchanging, parametersOf } from '../values';

const GENERATED: Feature = {
  name: '`PhysicalName.GENERATE_IF_NEEDED`',
  without: ({ nameSample }) => nameSample === undefined ? 'takes no name' : undefined,
  check: entry => {
    const app = newApp();
    const stack = newStack(app);
    const { construct } = entry.declare(stack, 'Made', exchanging({ [entry.nameSample!]: PhysicalName.GENERATE_IF_NEEDED }, true));
    const { acceleratorName, endpointName } = construct as any;
    const elsewhere = newStack(app, 'Elsewhere', { env: { account: '444455556666', region: 'eu-west-3' } });
    new CfnOutput(elsewhere, 'Name', { value: endpointName ?? acceleratorName });

    const { EndpointName, Name } = resourceOf(templateOf(stack, entry), entry).Properties;
    expect(EndpointName ?? Name).toMatch(/^Stack-Made-/);
    Template.fromStack(elsewhere).hasOutput('Name', { Value: EndpointName ?? Name });
    expect(ENV.account).not.toBe(elsewhere.account);
  },
};

const TOKENS: Feature = {
  name: 'tokens in every property',
  check: entry => {
    const stack = newStack(newApp(), 'Stack', { env: undefined });
    const { attribute } = entry.declare(stack, 'Made', parametersOf(stack));
    new CfnOutput(stack, 'Used', { value: attribute });
    templateOf(stack, entry);
  },
};

const REPLACED: Feature = {
  name: '`cdk diff` of a replacement shows what forces it',
  without: entry => onlyResources(entry) ?? (entry.replacing ? undefined : 'only another parent replaces it'),
  check: entry => {
    const { after, all, before, property } = entry.replacing!;
    const [old, changed] = [before, after].map(value => {
      const stack = newStack();
      entry.declare(stack, 'Made', exchanging({ [before]: value }, all));
      return templateOf(stack, entry);
    });
    const differing = Object.keys(old.Resources).filter(id => JSON.stringify(old.Resources[id]) !== JSON.stringify(changed.Resources[id]));
    expect(differing.map(id => old.Resources[id].Type)).toEqual([entry.type, ...entry.hasPolicy ? ['AWS::IAM::Policy'] : []]);
    expect(Object.keys(changed.Resources)).toEqual(Object.keys(old.Resources));
    const [from, to]: Json[] = [old, changed].map(template => resourceOf(template, entry).Properties);
    const properties = Object.keys(to).filter(name => JSON.stringify(from[name]) !== JSON.stringify(to[name]));
    expect(properties).toEqual(from.EndpointName ? ['EndpointName', property] : [property]);
  },
};

export const PROPERTIES: readonly Feature[] = [GENERATED, TOKENS, REPLACED];
