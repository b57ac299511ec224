import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import fc from '../property';
import { handlersOfAllServices } from './handlers';
import { worldFor } from './worlds';
import { ResourceError } from '../../lambda/lifecycle/errors';
import { PropertyReader } from '../../lambda/lifecycle/properties';
import { CustomRoutingAccelerator, MultiRegionEndpoint } from '../../src';
import { capacityOf, type SubnetNeed } from '../../src/global-accelerator/capacity';
import { Ipv4Block, isIpv4Address } from '../../src/global-accelerator/ipv4';
import { countDistinctPorts, countPorts, overlap, renderPorts } from '../../src/global-accelerator/ports';
import { checkTags } from '../../src/lifecycle/checks';
import { tagProblem } from '../../src/wire/rules';
import { SES_TAG_RULES } from '../../src/wire/ses';

const scope = () => new Stack(new App(), 'Stack');

describe('generated names', () => {
  const id = fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }).map(text => `${text.replace(/\//g, '-')}x`);
  const stackName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,100}$/);

  const namesOf = (stackId: string, ids: readonly string[]) => {
    const stack = new Stack(new App(), stackId, { env: { account: '111122223333', region: 'eu-west-1' } });
    ids.forEach(each => {
      new MultiRegionEndpoint(new Construct(stack, each), 'Mail', { secondaryRegion: 'eu-central-1' });
      new CustomRoutingAccelerator(stack.node.findChild(each) as Construct, 'Game');
    });
    const template = Template.fromStack(stack);
    const values = (type: string, property: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties[property]);
    return { endpoints: values('Custom::MultiRegionEndpoint', 'EndpointName'), accelerators: values('Custom::CustomRoutingAccelerator', 'Name') };
  };

  const twoIds = fc.oneof(fc.uniqueArray(id, { minLength: 2, maxLength: 2 }), id.map(text => [text, `${text}!`]));

  test('are legal, distinct and the same at every synthesis, whatever the ids are', () => {
    fc.assert(fc.property(stackName, twoIds, (stack, ids) => {
      const { accelerators, endpoints } = namesOf(stack, ids);

      expect(endpoints).toHaveLength(2);
      endpoints.forEach(name => expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/));
      accelerators.forEach(name => expect(name).toMatch(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/));
      expect(new Set(endpoints).size).toBe(2);
      expect(new Set(accelerators).size).toBe(2);
      expect(namesOf(stack, ids)).toEqual({ accelerators, endpoints });
    }), { numRuns: 20 });
  });

  test('differ from stack to stack, and with the secondary Region', () => {
    fc.assert(fc.property(fc.uniqueArray(stackName, { minLength: 2, maxLength: 2 }), ([one, other]) => {
      const nameIn = (stackId: string, secondaryRegion: string) => {
        const stack = new Stack(new App(), stackId, { env: { account: '111122223333', region: 'eu-west-1' } });
        new MultiRegionEndpoint(stack, 'Mail', { secondaryRegion });
        return Object.values(Template.fromStack(stack).findResources('Custom::MultiRegionEndpoint'))[0].Properties.EndpointName;
      };
      expect(nameIn(one, 'eu-central-1')).not.toBe(nameIn(other, 'eu-central-1'));
      expect(nameIn(one, 'eu-central-1')).not.toBe(nameIn(one, 'us-east-1'));
    }), { numRuns: 10 });
  });
});

describe('ports', () => {
  const port = fc.integer({ min: 1, max: 65_535 });
  const range = fc.tuple(port, port).map(([a, b]) => ({ FromPort: Math.min(a, b), ToPort: Math.max(a, b) }));
  const near = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
    .map(([a, b]) => ({ FromPort: Math.min(a, b), ToPort: Math.max(a, b) }));
  const portsOf = ({ FromPort, ToPort }: { FromPort: number; ToPort: number }) => [...Array(ToPort - FromPort + 1).keys()].map(n => FromPort + n);

  test('are taken if, and only if, they are whole numbers from 1 to 65535 in order', () => {
    const any = fc.oneof(port, fc.integer({ min: -70_000, max: 140_000 }), fc.double({ min: -1e6, max: 1e6 }), fc.constantFrom(NaN, Infinity));
    fc.assert(fc.property(any, any, (fromPort, toPort) => {
      const isLegal = [fromPort, toPort].every(each => Number.isInteger(each) && each >= 1 && each <= 65_535) && fromPort <= toPort;
      const render = () => renderPorts(scope(), 'ports', { fromPort, toPort });
      if (isLegal) {
        expect(render()).toEqual({ FromPort: fromPort, ToPort: toPort });
      } else {
        expect(render).toThrow(/^Stack: ports/);
      }
    }), { numRuns: 500 });
  });

  test('overlap if they have a port in common, whichever comes first', () => {
    fc.assert(fc.property(near, near, (a, b) => {
      const common = portsOf(a).some(each => portsOf(b).includes(each));
      expect(overlap(a, b)).toBe(common);
      expect(overlap(b, a)).toBe(common);
    }), { numRuns: 500 });
  });

  test('are counted as they are, and each once if they overlap', () => {
    fc.assert(fc.property(fc.array(near, { maxLength: 8 }), ranges => {
      const all = ranges.flatMap(portsOf);
      expect(countPorts(ranges)).toBe(all.length);
      expect(countDistinctPorts(ranges)).toBe(new Set(all).size);
    }), { numRuns: 500 });
  });

  test('of a listener are too few if, and only if, subnets times destination ports are more', () => {
    const need: fc.Arbitrary<SubnetNeed> = fc.record({
      group: fc.constant('Group'),
      block: fc.integer({ min: 17, max: 28 }).map(prefix => new Ipv4Block(`10.0.0.0/${prefix}`)),
      destinations: fc.array(near.map(each => ({ ...each, Protocols: ['TCP', 'UDP'] })), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(fc.property(fc.array(range, { minLength: 1, maxLength: 3 }), fc.array(need, { maxLength: 4 }), (ranges, needs) => {
      const available = ranges.reduce((sum, { FromPort, ToPort }) => sum + ToPort - FromPort + 1, 0);
      const needed = needs.reduce((sum, { block, destinations }) =>
        sum + (2 ** (32 - block.prefix) - 5) * new Set(destinations.flatMap(portsOf)).size, 0);
      const { error, warning } = capacityOf(ranges, needs);

      expect(error !== undefined).toBe(needed > available);
      if (error) {
        expect(error).toContain(`need ${needed} listener ports`);
        expect(error).toContain(`the listener has ${available}`);
        expect(warning).toBeUndefined();
      }
    }), { numRuns: 500 });
  });
});

describe('addresses', () => {
  const address = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(dotted);
  const block = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 17, max: 28 }))
    .map(([number, prefix]) => ({ first: number - number % 2 ** (32 - prefix), prefix, size: 2 ** (32 - prefix) }));

  test('are four numbers up to 255, and nothing else is', () => {
    fc.assert(fc.property(address, text => isIpv4Address(text)), { numRuns: 300 });
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.webUrl(), address.map(text => `${text}/32`), address.map(text => `0${text}`)), text => {
      expect(isIpv4Address(text)).toBe(false);
    }), { numRuns: 300 });
  });

  test('of a subnet have ports unless they are its first four or its last', () => {
    fc.assert(fc.property(block, fc.nat(2 ** 15 - 1), ({ first, prefix, size }, nat) => {
      const subnet = new Ipv4Block(`${dotted(first)}/${prefix}`);
      const offset = nat % size;
      expect(subnet.maps(dotted(first + offset))).toBe(offset >= 4 && offset < size - 1);
      expect(subnet.mapped).toBe(size - 5);
    }), { numRuns: 500 });
  });

  test('outside of a subnet have none', () => {
    fc.assert(fc.property(block, fc.integer({ min: 0, max: 2 ** 32 - 1 }), ({ first, prefix, size }, number) => {
      fc.pre(number < first || number >= first + size);
      expect(new Ipv4Block(`${dotted(first)}/${prefix}`).maps(dotted(number))).toBe(false);
    }), { numRuns: 300 });
  });
});

describe('tags', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }), fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{0,140}$/), fc.constantFrom('aws:x', 'AWS:x', 'cdk-multi-region:x'),
  );
  const tags = fc.dictionary(text, text, { maxKeys: 55 });

  test('are refused at synthesis if, and only if, the handler refuses them', () => {
    const stack = scope();
    fc.assert(fc.property(tags, declared => {
      const synthesis = refusalOf(() => checkTags(stack, declared, SES_TAG_RULES));
      const deployment = refusalOf(() => new PropertyReader({ Tags: declared }).tags('Tags', SES_TAG_RULES));
      expect(synthesis === undefined).toBe(deployment === undefined);
      expect(synthesis?.replace('Stack: ', '')).toBe(deployment?.replace("Property 'Tags': ", ''));
    }), { numRuns: 500 });
  });

  test('that are taken keep every rule of the service', () => {
    fc.assert(fc.property(tags, declared => {
      fc.pre(tagProblem(declared, SES_TAG_RULES) === undefined);
      const entries = Object.entries(declared);
      expect(entries.length).toBeLessThan(50);
      entries.forEach(([key, value]) => {
        expect(key).toMatch(/^(?!aws:|cdk-multi-region:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu);
        expect(value).toMatch(/^(?!aws:|cdk-multi-region:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/iu);
      });
    }), { numRuns: 300 });
  });
});

describe('any JSON as properties', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const structure = fc.oneof(fc.array(json, { maxLength: 4 }), fc.dictionary(fc.string(), json, { maxKeys: 4 }));

  test.each(handlersOfAllServices())('%s: parsed, or refused with a sentence and nothing created', (_, handler, valid) => {
    const names = Object.keys(valid);
    const properties = fc.oneof(
      json, fc.dictionary(fc.constantFrom('Schema', ...names), json),
      fc.dictionary(fc.constantFrom(...names), json).map(changed => ({ Schema: '1', ...valid, ...changed })),
    );
    expect(() => handler.parse({ Schema: '1', ...valid })).not.toThrow();
    fc.assert(fc.property(properties, raw => {
      try {
        handler.parse(raw as Record<string, unknown>);
      } catch (error) {
        expect(error).toBeInstanceOf(ResourceError);
      }
    }), { numRuns: 300 });
  });

  test.each(handlersOfAllServices().map(([type, , valid]) => [type, valid] as const))('%s: an answer, and no call', async (type, valid) => {
    await fc.assert(fc.asyncProperty(
      fc.constantFrom('Create', 'Update', 'Delete' as const), fc.constantFrom(...Object.keys(valid)), structure, async (operation, name, value) => {
        fc.pre(kindOf(value) !== kindOf(valid[name]));
        const world = worldFor(type);
        const physicalId = operation === 'Create' ? undefined : 'Game-Thing-1A2B3C4D5E6F';
        const answer = await world.request({ operation, type, physicalId, properties: { ...valid, [name]: value } });

        expect(world.calls()).toEqual([]);
        expect(answer.bodies).toHaveLength(1);
        expect(answer.Status).toBe(operation === 'Delete' ? 'SUCCESS' : 'FAILED');
      }), { numRuns: 30 });
  });
});

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.');
}

function refusalOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
