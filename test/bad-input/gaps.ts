/**
 * Tests of invalid inputs that are not refused yet, or whose message lacks something. A gap that is closed makes its test
 * fail until it is taken off the list.
 */
export const GAPS: readonly RegExp[] = [
  // Imports take anything.
  /^CustomRouting(Accelerator|Listener).from.*: (accelerator|listener)Arn: .* synthesis with/,
  /^CustomRoutingEndpointGroup imports: (region: (?!unknown)|endpointGroupArn: ).* synthesis with/,
  /^ConnectionAliasAssociation.from.*: aliasId: .* synthesis with/,
  // Global Accelerator: not refused at synthesis, or no fix in the message.
  /^CustomRoutingEndpointGroup: (destinations|(ipv4CidrBlock|subnetId) of another account|attachmentArn): .* synthesis with/,
  // Global Accelerator: not refused by the handler, or a call before that, or no property in the reason.
  /^CustomRoutingAccelerator: (ipAddresses: (?!empty|three is)|tag value: ).* handler/,
  /^CustomRoutingListener: (toPort: (far )?before fromPort|portRanges: ).* handler/,
  /^CustomRoutingEndpointGroup: (toPort: before fromPort|region: (no number|only an area|a zone)|traffic addresses: (?!empty)|traffic ports: ).* handler/,
  /^CustomRoutingEndpointGroup: (subnetId of another account: an ARN|attachmentArn: (?!empty)).* handler/,
  /^CustomRoutingEndpointGroup.acceleratorPort: address: (?!empty).* handler/,
  // WorkSpaces: no fix in the message.
  /^(StandbyWorkspace(Fleet)?|ConnectionAliasAssociation): (directoryId: (?!of a)|aliasId: ).* synthesis with/,
  /^StandbyWorkspace(Fleet)?(.from.*|.standbyWorkspaceId)?: (primaryWorkspaceIds?|workspaceId): (?!none|more than|one twice|no member).* synthesis with/,
  /^StandbyWorkspace: timeout: (?!long without).* synthesis with/,
  // WorkSpaces: a token is taken for a value.
  /^StandbyWorkspace: timeout: .* token/,
  /^StandbyWorkspaceFleet: primaryWorkspaceIds: (none|more than).* (token|handler)/,
  // WorkSpaces: not refused by the handler.
  /^StandbyWorkspace(Fleet)?: (primaryRegion: (no number|only an area|a zone|that of the stack)|tag value: ).* handler/,
];
