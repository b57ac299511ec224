import { ValidationError } from './template';

/** What `cdk bootstrap` would have left: new enough for every template. */
const BOOTSTRAP_VERSION = '30';
const BOOTSTRAP = '/cdk-bootstrap/';

/** The texts of SSM Parameter Store, by Region and name. */
export class ParameterStore {
  private readonly values = new Map<string, string>();

  public put(region: string, name: string, value: string): void {
    this.values.set(key(region, name), value);
  }

  public remove(region: string, name: string): void {
    this.values.delete(key(region, name));
  }

  /** Whether there is a value, or `cdk bootstrap` would have made one. */
  public isKnown(region: string, name: string): boolean {
    return this.has(region, name) || name.startsWith(BOOTSTRAP);
  }

  public has(region: string, name: string): boolean {
    return this.values.has(key(region, name));
  }

  public get(region: string, name: string): string {
    const value = this.values.get(key(region, name)) ?? (name.startsWith(BOOTSTRAP) ? BOOTSTRAP_VERSION : undefined);
    if (value === undefined) {
      throw new ValidationError(`Unable to fetch parameters [${name}] from parameter store for this account in ${region}.`);
    }
    return value;
  }
}

function key(region: string, name: string): string {
  return `${region}|${name}`;
}
