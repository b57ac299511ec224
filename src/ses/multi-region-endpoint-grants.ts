import { Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { addedIdentities } from './added-identities';
import type { IMultiRegionEndpoint } from './multi-region-endpoint';
import { checkText } from '../lifecycle/checks';
import { refuse, synthesisError } from '../lifecycle/synthesis-error';

/**
 * What a sender may send through a multi-region endpoint.
 */
export interface SendEmailGrantOptions {
  /**
   * The identities to send from: domains (`example.com`) or addresses (`news@example.com`), verified in both Regions.
   *
   * @default - those of `endpoint.addIdentity()`, also if they are added later
   */
  readonly identities?: string[];

  /**
   * Names of the configuration sets that the sender uses.
   *
   * @default - none
   */
  readonly configurationSets?: string[];

  /**
   * Names of the templates that the sender uses.
   *
   * @default - none
   */
  readonly templates?: string[];
}

/**
 * Grants on a multi-region endpoint: `endpoint.grants`.
 */
export class MultiRegionEndpointGrants {
  /**
   * The grants of an endpoint.
   *
   * @param endpoint the endpoint
   */
  public static of(endpoint: IMultiRegionEndpoint): MultiRegionEndpointGrants {
    return new MultiRegionEndpointGrants(endpoint);
  }

  private constructor(private readonly endpoint: IMultiRegionEndpoint) {}

  /**
   * Lets a principal send mail through this endpoint, and through no other, with SES v2 `SendEmail` and `SendBulkEmail`.
   *
   * SES may process a message in either Region, so the permission covers the identities, configuration sets and templates
   * of both.
   *
   * @param grantee who may send
   * @param options from which identities, with which configuration sets and templates; by default from those of `addIdentity()`
   * @see https://docs.aws.amazon.com/ses/latest/dg/global-endpoints.html
   */
  public sendEmail(grantee: iam.IGrantable, options: SendEmailGrantOptions = {}): iam.Grant {
    const { identities, configurationSets, templates } = options;
    if (identities?.length === 0) {
      throw this.noIdentities();
    }
    const others = [...this.arns('configuration-set', configurationSets), ...this.arns('template', templates)];
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['ses:SendEmail', 'ses:SendBulkEmail'],
      resourceArns: identities ? [...this.arns('identity', identities), ...others]
        : Lazy.list({ produce: () => [...this.arns('identity', this.added()), ...others] }),
      conditions: { StringEquals: { 'ses:MultiRegionEndpointId': this.endpoint.endpointId } },
    });
  }

  private added(): readonly string[] {
    const added = addedIdentities(this.endpoint);
    if (added.length === 0) {
      throw this.noIdentities();
    }
    return added;
  }

  private noIdentities(): Error {
    return synthesisError(this.endpoint, "grants.sendEmail() got no 'identities', but needs at least one identity. Name a domain or an "
      + 'address that is verified in both Regions, or replicate one with addIdentity().');
  }

  private arns(resource: string, names: readonly string[] = []): string[] {
    return names.flatMap(name => {
      this.checkName(resource, name);
      return [this.endpoint.primaryRegion, this.endpoint.secondaryRegion].map(region =>
        Stack.of(this.endpoint).formatArn({ service: 'ses', region, resource, resourceName: name }));
    });
  }

  private checkName(resource: string, name: string): void {
    checkText(this.endpoint, `the ${resource} of grants.sendEmail()`, name);
    if (!Token.isUnresolved(name) && (name === '' || name.startsWith('arn:'))) {
      refuse(this.endpoint, `grants.sendEmail() got the ${resource} '${name}', but takes names: the ARNs of both Regions `
        + "are made from them. Use a name such as 'example.com' for an identity.");
    }
  }
}
