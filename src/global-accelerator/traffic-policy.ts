import { Token } from 'aws-cdk-lib';
import { isIpv4Address } from './ipv4';
import type { TrafficProperties, TrafficRuleProperties } from '../wire/global-accelerator';

/**
 * Destinations in a subnet that may receive traffic.
 */
export interface AllowedDestinations {
  /**
   * IPv4 addresses of the subnet. Its first four addresses and its last one are not possible.
   */
  readonly addresses: string[];

  /**
   * Ports, which must be among the destinations of the endpoint group.
   *
   * @default - all ports of the endpoint group
   */
  readonly ports?: number[];
}

/**
 * What the destinations in a subnet of an endpoint group may receive. Global Accelerator denies everything until it is allowed.
 */
export class TrafficPolicy {
  /**
   * The application allows and denies at run time, e.g. a matchmaker. A deployment never changes what it has done.
   */
  public static applicationManaged(): TrafficPolicy {
    return new TrafficPolicy(undefined);
  }

  /**
   * Every address and port of the subnet may receive traffic.
   */
  public static allowAll(): TrafficPolicy {
    return new TrafficPolicy({ Allow: 'ALL' });
  }

  /**
   * No address of the subnet may receive traffic, whatever was allowed before.
   */
  public static denyAll(): TrafficPolicy {
    return new TrafficPolicy({ Allow: 'NONE' });
  }

  /**
   * These destinations may receive traffic, all others not: what is dropped from the list is denied by the next deployment.
   *
   * @param destinations addresses and ports; several add up
   */
  public static allow(...destinations: AllowedDestinations[]): TrafficPolicy {
    return new TrafficPolicy({ Allow: 'LIST', Rules: destinations.map(renderRule) });
  }

  /**
   * The form in which it travels; undefined if the application decides.
   *
   * @internal
   */
  public readonly _properties: TrafficProperties | undefined;

  private constructor(properties: TrafficProperties | undefined) {
    this._properties = properties;
  }

  /**
   * What is wrong with the policy wherever it is used.
   *
   * @internal
   */
  public _problem(): string | undefined {
    const rules = this._properties?.Rules;
    if (rules?.length === 0 || rules?.some(rule => rule.Addresses.length === 0)) {
      return 'TrafficPolicy.allow() needs addresses. Use TrafficPolicy.denyAll() to allow none.';
    }
    const wrong = rules?.flatMap(rule => rule.Addresses).find(address => !Token.isUnresolved(address) && !isIpv4Address(address));
    return wrong === undefined ? undefined
      : `'${wrong}' in TrafficPolicy.allow() is not an IPv4 address. Name single addresses such as '10.0.0.5'.`;
  }
}

function renderRule({ addresses, ports }: AllowedDestinations): TrafficRuleProperties {
  return { Addresses: addresses, Ports: ports };
}
