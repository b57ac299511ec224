import type { Subject } from './subject';

/** Our construct generates names of this length. */
const nameOf = (index: number) => `BenchAccelerator${String(index).padStart(4, '0')}0123ABCD`;

export const globalAccelerator: Subject = {
  type: 'Custom::CustomRoutingAccelerator',
  properties: index => ({ Schema: '1', AcceleratorName: nameOf(index) }),
  call: index => ({
    service: 'global-accelerator', action: 'CreateCustomRoutingAccelerator', parameters: { Name: nameOf(index), IdempotencyToken: nameOf(index) },
  }),
  actions: [
    'globalaccelerator:CreateCustomRoutingAccelerator', 'globalaccelerator:DescribeCustomRoutingAccelerator',
    'globalaccelerator:UpdateCustomRoutingAccelerator', 'globalaccelerator:DeleteCustomRoutingAccelerator',
  ],
};
