import { NormalizedSchema } from '@smithy/core/schema';
import { HttpAnswer, HttpRequest } from './message';
import type { ServerProtocol } from './protocol';
import { OperationModel, RegisteredService } from '../services/dispatch';
import { ServiceError } from '../services/service';

const CONTENT_TYPE = 'text/xml';

/** Requests are forms, whose `Action` names the operation; answers are XML. Inputs with structures are not read: none of ours has one. */
export class AwsQuery implements ServerProtocol {
  constructor(private readonly service: RegisteredService) {}

  public operationOf(request: HttpRequest): string | undefined {
    const action = formOf(request).get('Action') ?? '';
    return this.service.operations.has(action) ? action : undefined;
  }

  public readInput({ inputSchema }: OperationModel, request: HttpRequest): Record<string, unknown> {
    const form = formOf(request);
    const members = inputSchema.isUnitSchema() ? [] : [...inputSchema.structIterator()];
    return Object.fromEntries(members.map(([name]) => [name, form.get(name) ?? undefined]));
  }

  public renderOutput({ name, outputSchema }: OperationModel, output: any, requestId: string): HttpAnswer {
    const result = outputSchema.isUnitSchema() ? '' : element(`${name}Result`, contentOf(outputSchema, output));
    const body = element(`${name}Response`, result + element('ResponseMetadata', element('RequestId', requestId)));
    return { status: 200, headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId }, body };
  }

  public renderError({ httpStatus, name, message }: ServiceError, requestId: string): HttpAnswer {
    const error = element('Type', httpStatus < 500 ? 'Sender' : 'Receiver') + element('Code', name) + element('Message', escape(message));
    const body = element('ErrorResponse', element('Error', error) + element('RequestId', requestId));
    return { status: httpStatus, headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId }, body };
  }
}

function formOf({ body, headers }: HttpRequest): URLSearchParams {
  return new URLSearchParams(headers['content-type'] === 'application/x-www-form-urlencoded' ? body.toString('utf8') : '');
}

function contentOf(schema: NormalizedSchema, value: any): string {
  if (schema.isListSchema()) {
    return (value as unknown[]).map(item => element('member', contentOf(schema.getValueSchema(), item))).join('');
  }
  if (!schema.isStructSchema()) {
    return escape(value instanceof Date ? value.toISOString() : String(value));
  }
  return [...schema.structIterator()]
    .filter(([name]) => value[name] !== undefined)
    .map(([name, member]) => element(name, contentOf(member, value[name]))).join('');
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
