import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { HttpAnswer, HttpRequest } from './message';
import type { ServerProtocol } from './protocol';
import { OperationModel, RegisteredService } from '../services/dispatch';
import { ServiceError } from '../services/service';

const DATE_TIME = 5;
const SETTINGS = { timestampFormat: { useTrait: true, default: DATE_TIME } } as const;
const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const FORM = 'application/x-www-form-urlencoded';
/** What every request has, besides the members of its input. */
const COMMON = ['Action', 'Version'];
const textReader = new FromStringShapeDeserializer({ httpBindings: true, ...SETTINGS });

/** The protocol of EC2: a form names the operation and its members, lists have one entry for each item, and answers are XML. */
export class Ec2Query implements ServerProtocol {
  constructor(private readonly service: RegisteredService) {}

  public operationOf(request: HttpRequest): string | undefined {
    const isForm = String(request.headers['content-type'] ?? '').startsWith(FORM);
    const action = isForm ? new URLSearchParams(request.body.toString('utf8')).get('Action') ?? '' : '';
    return this.service.operations.has(action) ? action : undefined;
  }

  public readInput({ inputSchema }: OperationModel, request: HttpRequest): unknown {
    const form = new Map(new URLSearchParams(request.body.toString('utf8')));
    COMMON.forEach(key => form.delete(key));
    const input = readMembers(inputSchema, '', form);
    const [unknown] = form.keys();
    if (unknown !== undefined) {
      throw new ServiceError('UnknownParameter', `The parameter ${unknown} is not recognized.`);
    }
    return input;
  }

  public renderOutput({ name, outputSchema }: OperationModel, output: unknown, requestId: string): HttpAnswer {
    if (outputSchema.isUnitSchema()) {
      return answer(200, requestId, `<${name}Response xmlns="${NAMESPACE}"><requestId>${requestId}</requestId><return>true</return></${name}Response>`);
    }
    const writer = new XmlShapeSerializer({ ...SETTINGS, xmlNamespace: NAMESPACE, serviceNamespace: outputSchema.getName(true)!.split('#')[0] });
    writer.write(outputSchema, output);
    return answer(200, requestId, String(writer.flush()));
  }

  public renderError({ httpStatus, message, name }: ServiceError, requestId: string): HttpAnswer {
    const error = `<Error><Code>${escape(name)}</Code><Message>${escape(message)}</Message></Error>`;
    return answer(httpStatus, requestId, `<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`);
  }
}

function answer(status: number, requestId: string, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}

/** Takes what it reads out of the form; what stays there is in no schema. */
function readMembers(schema: NormalizedSchema, prefix: string, form: Map<string, string>): Record<string, unknown> {
  const members = schema.isUnitSchema() ? [] : [...schema.structIterator()];
  return Object.fromEntries(members.map(([name, member]) => [name, readValue(member, prefix + keyOf(name, member), form)])
    .filter(([, value]) => value !== undefined));
}

function readValue(schema: NormalizedSchema, key: string, form: Map<string, string>): unknown {
  if (schema.isListSchema()) {
    return readItems(schema.getValueSchema(), key, form);
  }
  if (schema.isStructSchema()) {
    return [...form.keys()].some(given => given.startsWith(`${key}.`)) ? readMembers(schema, `${key}.`, form) : undefined;
  }
  const text = form.get(key);
  form.delete(key);
  return text === undefined ? undefined : textReader.read(schema, text);
}

function readItems(schema: NormalizedSchema, key: string, form: Map<string, string>): unknown[] | undefined {
  const items: unknown[] = [];
  for (let item: unknown; (item = readValue(schema, `${key}.${items.length + 1}`, form)) !== undefined;) {
    items.push(item);
  }
  return items.length > 0 ? items : undefined;
}

function keyOf(name: string, member: NormalizedSchema): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits();
  const key = String(xmlName ?? name);
  return ec2QueryName ? String(ec2QueryName) : key[0].toUpperCase() + key.slice(1);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
