import { inspect } from 'util';

const HIDDEN = '***';

/**
 * The presigned URL that takes the answer. Whoever has it can answer for the resource, so it prints as `***` and its
 * value comes out through {@link reveal} only.
 */
export class ResponseUrl {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  public reveal(): string {
    return this.#value;
  }

  /** When the URL was signed, which is when CloudFormation made the request; undefined if the URL does not say. */
  public signedAt(): number | undefined {
    const parameters = this.parameters();
    const date = parameters?.get('X-Amz-Date')?.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/);
    if (!date) {
      return undefined;
    }
    const [year, month, day, hour, minute, second] = date.slice(1).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  public toString(): string {
    return HIDDEN;
  }

  public toJSON(): string {
    return HIDDEN;
  }

  public [inspect.custom](): string {
    return HIDDEN;
  }

  private parameters(): URLSearchParams | undefined {
    try {
      return new URL(this.#value).searchParams;
    } catch {
      return undefined;
    }
  }
}
