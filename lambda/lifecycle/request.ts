import { ResponseUrl } from './response-url';
import { ANSWER_MARGIN_SECONDS, CLOUDFORMATION_LIMIT_SECONDS } from '../../src/wire/lifecycle';

export type Operation = 'Create' | 'Update' | 'Delete';

/** Properties as CloudFormation sends them: every scalar is a string. */
export type RawProperties = Readonly<Record<string, unknown>>;

/** The event that CloudFormation sends to the function. */
export interface CloudFormationEvent {
  readonly RequestType: Operation;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: RawProperties;
  readonly OldResourceProperties?: RawProperties;
}

/** One request of CloudFormation. It travels through the state machine as plain JSON. */
export interface Request {
  readonly operation: Operation;
  readonly responseUrl: ResponseUrl;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  readonly resourceType: string;
  /** Absent on Create. On Delete it may be invented by CloudFormation: see ownership.ts. */
  readonly physicalResourceId?: string;
  readonly properties: RawProperties;
  readonly oldProperties?: RawProperties;
  /** When CloudFormation made the request, in milliseconds since the epoch. */
  readonly requestedAt: number;
}

export function isCloudFormationEvent(event: unknown): event is CloudFormationEvent {
  const type = (event as Partial<CloudFormationEvent>).RequestType;
  return type === 'Create' || type === 'Update' || type === 'Delete';
}

export function toRequest(event: CloudFormationEvent, now: number): Request {
  const responseUrl = new ResponseUrl(event.ResponseURL);
  return {
    operation: event.RequestType,
    responseUrl,
    stackId: event.StackId,
    requestId: event.RequestId,
    logicalResourceId: event.LogicalResourceId,
    resourceType: event.ResourceType,
    physicalResourceId: event.PhysicalResourceId,
    properties: event.ResourceProperties ?? {},
    oldProperties: event.OldResourceProperties,
    requestedAt: responseUrl.signedAt() ?? now,
  };
}

/** The request as the state machine carries it; {@link fromWaiterInput} is the way back. */
export function toWaiterInput(request: Request): Record<string, unknown> {
  return { ...request, responseUrl: request.responseUrl.reveal() };
}

export function fromWaiterInput(input: Record<string, unknown>): Request {
  return { ...input, responseUrl: new ResponseUrl(String(input.responseUrl)) } as unknown as Request;
}

/**
 * When an answer must have left, in milliseconds since the epoch. The time-out counts from the moment when the execution is the only
 * one that works on the resource; CloudFormation's own limit counts from the request.
 */
export function deadlineOf(request: Request, since: number, timeoutSeconds: number): number {
  const limit = Number(request.properties.ServiceTimeout) || CLOUDFORMATION_LIMIT_SECONDS;
  const longest = Math.min(limit, CLOUDFORMATION_LIMIT_SECONDS) - ANSWER_MARGIN_SECONDS;
  return Math.min(since + timeoutSeconds * 1000, request.requestedAt + longest * 1000);
}

/** What people call the resource: `MailEndpoint1234 (Custom::MultiRegionEndpoint)`. */
export function describe(request: Request): string {
  return `${request.logicalResourceId} (${request.resourceType})`;
}
