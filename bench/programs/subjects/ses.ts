import type { Subject } from './subject';

const SECONDARY_REGION = 'eu-central-1';
/** Our construct generates names of this length. */
const nameOf = (index: number) => `Bench-Endpoint${String(index).padStart(4, '0')}-0123ABCD-01234567`;

export const ses: Subject = {
  type: 'Custom::MultiRegionEndpoint',
  properties: index => ({ Schema: '1', EndpointName: nameOf(index), SecondaryRegion: SECONDARY_REGION }),
  call: index => ({
    service: 'sesv2',
    action: 'CreateMultiRegionEndpoint',
    parameters: { EndpointName: nameOf(index), Details: { RoutesDetails: [{ Region: SECONDARY_REGION }] } },
  }),
  actions: ['ses:CreateMultiRegionEndpoint', 'ses:GetMultiRegionEndpoint', 'ses:DeleteMultiRegionEndpoint'],
};
