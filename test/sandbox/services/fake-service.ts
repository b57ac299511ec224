import {
  CreateCustomRoutingAccelerator$, DeleteCustomRoutingAccelerator$,
} from '@aws-sdk/client-global-accelerator';
import { Call, InventoryItem, Operation, ServiceSimulator } from '../../../sandbox/services/service';

export const ACCOUNT = '111122223333';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/Handler`;

/** A clock that a test sets by hand. */
export class ManualClock {
  constructor(public time: number = Date.UTC(2026, 0, 1)) {}

  public now(): number {
    return this.time;
  }

  public advance(seconds: number): void {
    this.time += seconds * 1000;
  }
}

/** Two operations of Global Accelerator, whose behaviour a test sets. */
export class FakeService implements ServiceSimulator {
  public readonly serviceId = 'Global Accelerator';
  public readonly signingName = 'globalaccelerator';
  public readonly protocol = 'awsJson1_1';
  public readonly targetPrefix = 'GlobalAccelerator_V20180706';
  public readonly validationError = 'InvalidArgumentException';
  public readonly inputs: any[] = [];
  public readonly operations: Record<string, Operation> = {
    CreateCustomRoutingAccelerator: {
      schema: CreateCustomRoutingAccelerator$,
      constraints: {
        'Name': { minLength: 1, maxLength: 5, pattern: /^[a-z]*$/ },
        'IpAddressType': { enum: ['IPV4', 'DUAL_STACK'] },
        'IpAddresses': { maxItems: 2 },
        'IpAddresses[]': { maxLength: 7, pattern: /^[0-9.]*$/ },
        'Tags[].Key': { minLength: 1 },
      },
      errors: ['AcceleratorNotFoundException', 'InvalidArgumentException'],
      permissions: (_, call) => [
        { action: 'globalaccelerator:CreateCustomRoutingAccelerator', resources: ['*'] },
        { action: 'globalaccelerator:TagResource', resources: [`arn:aws:globalaccelerator::${call.accountId}:accelerator/a`] },
      ],
      handle: (input, call) => {
        this.inputs.push(input);
        return this.answer(input, call);
      },
    },
    DeleteCustomRoutingAccelerator: {
      schema: DeleteCustomRoutingAccelerator$,
      permissions: () => [],
      handle: () => undefined,
    },
  };

  public answer: (input: any, call: Call) => unknown = () => ({ Accelerator: { Name: 'game' } });

  public inventory(): InventoryItem[] {
    return [];
  }
}
