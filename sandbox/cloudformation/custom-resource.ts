import { hash } from 'node:crypto';
import { LambdaPort } from './ports';
import { OperationCancelled, Provisioned, ProvisioningContext, ProvisioningError, ResourceProvisioner } from './provisioner';
import { SeededRandom, UPPERCASE_ALPHANUMERIC } from './random';
import { isObject, JsonObject } from './template';
import { VirtualClock } from '../kernel/virtual-clock';

/** Documented limits of the custom resource protocol. */
export const MAX_RESPONSE_BYTES = 4096;
export const MAX_PHYSICAL_ID_BYTES = 1024;
export const MAX_SERVICE_TIMEOUT_SECONDS = 3600;
const URL_LIFETIME_SECONDS = 7200;

/** What CloudFormation sends to the function behind a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly ResourceProperties: JsonObject;
  readonly OldResourceProperties?: JsonObject;
}

/** One PUT to a response URL that the bucket took. */
export interface RecordedAnswer {
  readonly at: number;
  readonly body: string;
  /** Only the first answer to a request that CloudFormation still waits for has an effect. */
  readonly effective: boolean;
  /** What CloudFormation found wrong with an effective answer, or why it ignored it. */
  readonly note?: string;
}

interface Response {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly reason: string;
  readonly physicalId: string;
  readonly data: JsonObject;
}

/** One request of CloudFormation to a custom resource, with every answer to it. */
export class CustomResourceRequest {
  public readonly answers: RecordedAnswer[] = [];
  public readonly outcome: Promise<Provisioned>;
  private state: 'open' | 'answered' | 'timed out' | 'cancelled' | 'not delivered' = 'open';
  private resolve!: (outcome: Provisioned) => void;
  private reject!: (error: Error) => void;

  constructor(public readonly event: CustomResourceEvent, public readonly openedAt: number) {
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.outcome.catch(() => undefined);
  }

  public get urlExpiresAt(): number {
    return Math.floor(this.openedAt / 1000) * 1000 + URL_LIFETIME_SECONDS * 1000;
  }

  /** `open` while CloudFormation waits. */
  public get status(): string {
    return this.state;
  }

  public get effectiveAnswers(): RecordedAnswer[] {
    return this.answers.filter(answer => answer.effective);
  }

  public accept(body: string, at: number): void {
    if (this.state !== 'open') {
      this.answers.push({ at, body, effective: false, note: `ignored: the request is ${this.state} already` });
      return;
    }
    this.state = 'answered';
    try {
      this.resolve(this.provisionedBy(body));
      this.answers.push({ at, body, effective: true });
    } catch (error) {
      this.reject(error as Error);
      this.answers.push({ at, body, effective: true, note: (error as Error).message });
    }
  }

  /** CloudFormation stops waiting; later answers have no effect. */
  public close(state: 'timed out' | 'cancelled' | 'not delivered', error: Error): void {
    if (this.state === 'open') {
      this.state = state;
      this.reject(error);
    }
  }

  private provisionedBy(body: string): Provisioned {
    const response = readResponse(body, this.event);
    if (response.status === 'FAILED') {
      throw new ProvisioningError('Received response status [FAILED] from custom resource. Message returned: '
        + `${response.reason} (RequestId: ${this.event.RequestId})`, response.physicalId);
    }
    const { RequestType: type, PhysicalResourceId: known } = this.event;
    if (type === 'Delete' && response.physicalId !== known) {
      throw new ProvisioningError(
        `Invalid PhysicalResourceId: the Delete of ${known} was answered with ${response.physicalId}`, known);
    }
    return { physicalId: response.physicalId, attributes: response.data };
  }
}

export interface ResponseBucketsOptions {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  /** Where the buckets are, without a slash at the end. A function where the address is known only later. */
  readonly baseUrl?: string | (() => string);
}

/** The S3 buckets that take the answers of custom resources through presigned URLs. */
export class ResponseBuckets {
  /** Every request of the account's life, in order. */
  public readonly requests: CustomResourceRequest[] = [];
  private readonly byKey = new Map<string, CustomResourceRequest>();
  private readonly byUrl = new Map<string, CustomResourceRequest>();
  private readonly accessKeyId: string;
  private readonly secret: string;

  constructor(private readonly options: ResponseBucketsOptions) {
    this.accessKeyId = `ASIA${options.random.text(16, UPPERCASE_ALPHANUMERIC)}`;
    this.secret = options.random.uuid();
  }

  /** Opens a request: gives it an id and a response URL. */
  public open(region: string, details: Omit<CustomResourceEvent, 'ResponseURL' | 'RequestId'>): CustomResourceRequest {
    const requestId = this.options.random.uuid();
    const now = this.options.clock.now();
    const path = `/cloudformation-custom-resource-response-${region}/`
      + encodeURIComponent(`${details.StackId}|${details.LogicalResourceId}|${requestId}`);
    const request = new CustomResourceRequest({
      ...details,
      RequestId: requestId,
      ResponseURL: this.presign(path, region, now),
    }, now);
    this.requests.push(request);
    this.byKey.set(path, request);
    this.byUrl.set(request.event.ResponseURL, request);
    return request;
  }

  /** Takes a PUT to a response URL, or to its path and query. */
  public acceptResponse(url: string, body: string, now: number = this.options.clock.now()): { status: number } {
    const request = this.byUrl.get(url) ?? this.findSigned(url);
    if (!request || now >= request.urlExpiresAt) {
      return { status: 403 };
    }
    request.accept(body, now);
    return { status: 200 };
  }

  /** For a URL in another form than it was given out in. */
  private findSigned(url: string): CustomResourceRequest | undefined {
    const { pathname, searchParams } = new URL(url, this.baseUrl);
    return this.isSigned(pathname, searchParams) ? this.byKey.get(pathname) : undefined;
  }

  private get baseUrl(): string {
    const { baseUrl = 'https://s3.sandbox.internal' } = this.options;
    return typeof baseUrl === 'string' ? baseUrl : baseUrl();
  }

  private presign(path: string, region: string, now: number): string {
    const timestamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': timestamp,
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Expires': String(URL_LIFETIME_SECONDS),
      'X-Amz-Credential': `${this.accessKeyId}/${timestamp.slice(0, 8)}/${region}/s3/aws4_request`,
    });
    query.set('X-Amz-Signature', this.signature(path, query));
    return `${this.baseUrl}${path}?${query}`;
  }

  private isSigned(path: string, query: URLSearchParams): boolean {
    const unsigned = new URLSearchParams(query);
    unsigned.delete('X-Amz-Signature');
    return query.get('X-Amz-Signature') === this.signature(path, unsigned);
  }

  private signature(path: string, query: URLSearchParams): string {
    return hash('sha256', `${this.secret}\nPUT\n${path}\n${query}`);
  }
}

export interface CustomResourceOptions {
  readonly buckets: ResponseBuckets;
  readonly functions: Pick<LambdaPort, 'invokeAsync'>;
  /** Whether the event's properties contain `ServiceTimeout`; nobody has measured what AWS does. @default true */
  readonly serviceTimeoutInEvent?: boolean;
  /**
   * Whether the rollback of a replacement sends an Update, or only the Delete of the new resource; public reports can be
   * read either way.
   * @default true
   */
  readonly rollsReplacementBackByUpdate?: boolean;
}

/** Custom resources: every operation is an event to a function, which answers with a PUT. */
export class CustomResourceProvisioner implements ResourceProvisioner {
  constructor(private readonly options: CustomResourceOptions) {}

  public get rollsReplacementBackByUpdate(): boolean {
    return this.options.rollsReplacementBackByUpdate ?? true;
  }

  public create(context: ProvisioningContext, properties: JsonObject): Promise<Provisioned> {
    return this.send(context, properties, { RequestType: 'Create' });
  }

  public update(
    context: ProvisioningContext, physicalId: string, properties: JsonObject, oldProperties: JsonObject,
  ): Promise<Provisioned> {
    return this.send(context, properties, {
      RequestType: 'Update',
      PhysicalResourceId: physicalId,
      OldResourceProperties: this.visible(oldProperties),
    });
  }

  public async delete(context: ProvisioningContext, physicalId: string, properties: JsonObject): Promise<void> {
    await this.send(context, properties, { RequestType: 'Delete', PhysicalResourceId: physicalId });
  }

  public normalize(properties: JsonObject): JsonObject {
    return stringifyScalars(properties) as JsonObject;
  }

  public refuse(properties: JsonObject, oldProperties: JsonObject): string | undefined {
    return properties.ServiceToken === oldProperties.ServiceToken ? undefined : 'Modifying service token is not allowed.';
  }

  public inventPhysicalId(context: ProvisioningContext): string {
    return `${context.stackName}-${context.logicalId}-${context.random.text(12, UPPERCASE_ALPHANUMERIC)}`;
  }

  private async send(
    context: ProvisioningContext,
    properties: JsonObject,
    operation: Pick<CustomResourceEvent, 'RequestType' | 'PhysicalResourceId' | 'OldResourceProperties'>,
  ): Promise<Provisioned> {
    const timeoutSeconds = readServiceTimeout(properties);
    const request = this.options.buckets.open(context.region, {
      ...operation,
      ServiceToken: readServiceToken(properties),
      StackId: context.stackId,
      LogicalResourceId: context.logicalId,
      ResourceType: context.type,
      ResourceProperties: this.visible(properties),
    });
    const cancel = () => request.close('cancelled', new OperationCancelled());
    context.signal.addEventListener('abort', cancel, { once: true });
    const timer = context.clock.setTimeout(() => request.close('timed out', noAnswer(request)), timeoutSeconds * 1000);
    try {
      await this.invoke(request);
      return await request.outcome;
    } finally {
      context.clock.clearTimeout(timer);
      context.signal.removeEventListener('abort', cancel);
    }
  }

  private async invoke(request: CustomResourceRequest): Promise<void> {
    try {
      // A copy, as the event travels as JSON in the real world.
      await this.options.functions.invokeAsync(request.event.ServiceToken, structuredClone(request.event));
    } catch (error) {
      request.close('not delivered', new ProvisioningError((error as Error).message));
    }
  }

  private visible(properties: JsonObject): JsonObject {
    if (this.options.serviceTimeoutInEvent ?? true) {
      return properties;
    }
    const { ServiceTimeout: _, ...others } = properties;
    return others;
  }
}

/** CloudFormation hands every number and boolean to a custom resource as a text. */
export function stringifyScalars(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(stringifyScalars);
  }
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, stringifyScalars(member)]));
  }
  return String(value);
}

function readServiceToken(properties: JsonObject): string {
  if (typeof properties.ServiceToken !== 'string' || !/^arn:[^:]+:lambda:/.test(properties.ServiceToken)) {
    throw new ProvisioningError(
      `ServiceToken ${JSON.stringify(properties.ServiceToken)} is not the ARN of a Lambda function, the only kind that is modelled.`);
  }
  return properties.ServiceToken;
}

function readServiceTimeout(properties: JsonObject): number {
  const seconds = Number(properties.ServiceTimeout ?? MAX_SERVICE_TIMEOUT_SECONDS);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SERVICE_TIMEOUT_SECONDS) {
    throw new ProvisioningError(`ServiceTimeout ${JSON.stringify(properties.ServiceTimeout)} is not an integer `
      + `between 1 and ${MAX_SERVICE_TIMEOUT_SECONDS}.`);
  }
  return seconds;
}

function noAnswer(request: CustomResourceRequest): ProvisioningError {
  return new ProvisioningError('CloudFormation did not receive a response from your Custom Resource. '
    + `Please check your logs for requestId [${request.event.RequestId}].`, request.event.PhysicalResourceId);
}

function readResponse(body: string, event: CustomResourceEvent): Response {
  const known = event.PhysicalResourceId;
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) {
    throw new ProvisioningError('Response object is too long.', known);
  }
  const raw = parseJson(body, known);
  const physicalId = raw.PhysicalResourceId;
  if (typeof physicalId !== 'string' || physicalId === '' || Buffer.byteLength(physicalId) > MAX_PHYSICAL_ID_BYTES) {
    throw new ProvisioningError('Invalid PhysicalResourceId', known);
  }
  for (const member of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (raw[member] !== event[member]) {
      throw new ProvisioningError(`Invalid ${member} in the response: ${JSON.stringify(raw[member])}`, known);
    }
  }
  if (raw.Status !== 'SUCCESS' && raw.Status !== 'FAILED') {
    throw new ProvisioningError(`Invalid Status in the response: ${JSON.stringify(raw.Status)}`, physicalId);
  }
  if (raw.Data !== undefined && !isObject(raw.Data)) {
    throw new ProvisioningError('Invalid Data in the response: it is not an object', physicalId);
  }
  return { status: raw.Status, reason: String(raw.Reason ?? ''), physicalId, data: raw.Data ?? {} };
}

function parseJson(body: string, known: string | undefined): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isObject(parsed)) {
      return parsed;
    }
  } catch {
    // Reported below, like JSON that is no object.
  }
  throw new ProvisioningError('Response is not valid JSON', known);
}
