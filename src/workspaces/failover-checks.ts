import { Token } from 'aws-cdk-lib';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type { IConstruct } from 'constructs';
import { checkText } from '../lifecycle/checks';
import { refuse } from '../lifecycle/synthesis-error';

/** Checks the name of a failover record against its zone and the connection string, as far as they are known. */
export function checkFailoverRecord(scope: IConstruct, name: string, zone: route53.IHostedZone, connectionString: string | undefined): void {
  checkText(scope, 'domainName', name);
  if (Token.isUnresolved(name)) {
    return;
  }
  const zoneName = zoneNameOf(zone);
  if (zoneName !== undefined && !`.${canonical(name)}`.endsWith(`.${canonical(zoneName)}`)) {
    refuse(scope, `addFailoverRecord() got the domainName '${name}', which is not in the zone '${zoneName}'. Use the hosted zone of that domain, or a name `
      + `such as 'desktop.${zoneName}'.`);
  }
  if (connectionString !== undefined && !Token.isUnresolved(connectionString) && canonical(name) !== canonical(connectionString)) {
    refuse(scope, `addFailoverRecord() got the domainName '${name}', but clients ask for the connection string of the alias, '${connectionString}'. `
      + "Leave 'domainName' out.");
  }
}

/** A domain name as DNS compares it. */
export function canonical(name: string): string {
  return Token.isUnresolved(name) ? name : name.toLowerCase().replace(/\.$/, '');
}

/** Undefined if the zone was imported by its id, or its name is a token. */
function zoneNameOf(zone: route53.IHostedZone): string | undefined {
  try {
    return Token.isUnresolved(zone.zoneName) ? undefined : zone.zoneName;
  } catch {
    return undefined;
  }
}
