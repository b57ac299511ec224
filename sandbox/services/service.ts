/** The circumstances of one API call. */
export interface Call {
  readonly partition: string;
  readonly accountId: string;
  /** The Region that was called: that of the endpoint and of the signature. */
  readonly region: string;
  /** ARN of the calling role; undefined for the person at the command line, who may do everything. */
  readonly principalArn?: string;
  /** Milliseconds since the epoch, on the virtual clock. */
  readonly now: number;
  readonly requestId: string;
}

/** One permission that a call needs. Several resources: all of them must be allowed. */
export interface RequiredPermission {
  /** E.g. `ses:GetMultiRegionEndpoint`. */
  readonly action: string;
  readonly resources: string[];
  /** Condition keys and their values, e.g. `aws:TagKeys`. */
  readonly context?: Record<string, string | string[]>;
}

/** Constraints of one member, as the service's API model documents them. Lengths count characters. */
export interface MemberConstraint {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: RegExp;
  readonly enum?: readonly string[];
}

/**
 * One operation of a simulated service. State that changes with time is computed from `call.now`, never from timers, so
 * that the sandbox (over HTTP) and the simulation (in process) drive the very same model.
 */
export interface Operation {
  /** The operation's schema as the SDK client exports it, e.g. `CreateMultiRegionEndpoint$`: the wire protocol. */
  readonly schema: any;
  /** By path of the member from the input, list items by `[]`: `Details.RoutesDetails`, `Tags[].Key`. */
  readonly constraints?: Record<string, MemberConstraint>;
  /** Names of the exceptions that the API model allows this operation to raise, besides the service's common ones. */
  readonly errors?: readonly string[];
  permissions(input: any, call: Call): RequiredPermission[];
  handle(input: any, call: Call): any;
}

/** A simulated AWS service: its operations over one state for all Regions. */
export interface ServiceSimulator {
  /** The SDK's service id, e.g. `SESv2`, `Global Accelerator`, `WorkSpaces`, `SFN`. */
  readonly serviceId: string;
  /** Service name in the credential scope of a signature, e.g. `ses`. */
  readonly signingName: string;
  readonly protocol: 'restJson1' | 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query';
  /** Prefix of `X-Amz-Target` for the awsJson protocols. */
  readonly targetPrefix?: string;
  /** Name of the exception for input that breaks a constraint, e.g. `BadRequestException`. */
  readonly validationError: string;
  /** Name of the exception for a call that no policy allows. @default AccessDeniedException */
  readonly deniedError?: string;
  readonly operations: Record<string, Operation>;
  /** What exists in the account now, one line a thing, for the list of leftovers. */
  inventory(now: number): InventoryItem[];
}

export interface InventoryItem {
  readonly type: string;
  readonly region: string;
  readonly id: string;
  readonly state: string;
}

/** An error that a service answers. */
export class ServiceError extends Error {
  constructor(
    /** The exception's name in the API model. */
    name: string,
    message: string,
    public readonly httpStatus: number = 400,
    /** Further members of the exception's shape. */
    public readonly members: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = name;
  }
}
