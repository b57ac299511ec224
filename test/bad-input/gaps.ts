/**
 * Tests of invalid inputs that are not refused yet, or whose message lacks something. A gap that is closed makes its test
 * fail until it is taken off the list.
 */
export const GAPS: readonly RegExp[] = [
  // Imports take anything.
  /^CustomRouting(Accelerator|Listener).from.*: (accelerator|listener)Arn: .* synthesis with/,
  /^CustomRoutingEndpointGroup imports: (region: (?!unknown)|endpointGroupArn: ).* synthesis with/,
  // Global Accelerator: not refused at synthesis, or no fix in the message.
  /^CustomRoutingEndpointGroup: (destinations|(ipv4CidrBlock|subnetId) of another account|attachmentArn): .* synthesis with/,
  // Global Accelerator: not refused by the handler, or a call before that, or no property in the reason.
  /^CustomRoutingAccelerator: (ipAddresses: (?!empty|three is)|tag value: ).* handler/,
  /^CustomRoutingListener: (toPort: (far )?before fromPort|portRanges: ).* handler/,
  /^CustomRoutingEndpointGroup: (toPort: before fromPort|region: (no number|only an area|a zone)|traffic addresses: (?!empty)|traffic ports: ).* handler/,
  /^CustomRoutingEndpointGroup: (subnetId of another account: an ARN|attachmentArn: (?!empty)).* handler/,
  /^CustomRoutingEndpointGroup.acceleratorPort: address: (?!empty).* handler/,
  // WorkSpaces: a list that is a token.
  /^StandbyWorkspaceFleet: primaryWorkspaceIds: (none|more than).* (token|handler)/,
  // WorkSpaces: not refused by the handler.
  /^StandbyWorkspace(Fleet)?: primaryRegion: that of the stack .* handler/,
];
