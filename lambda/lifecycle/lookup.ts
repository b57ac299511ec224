import type { Outcome, ResourceHandler, StepContext } from './handler';
import type { RawProperties } from './request';

/** A custom resource that only reads: what it finds is its attributes, and a Delete has nothing to do. */
export abstract class Lookup<D> implements ResourceHandler<D> {
  public static readonly ID_PREFIX: string = 'lookup:';

  public abstract readonly defaultTimeoutSeconds: number;
  public readonly readsOnly = true;

  public abstract parse(raw: RawProperties): D;
  protected abstract find(context: StepContext<D>): Promise<Outcome>;

  public recognizes(): boolean {
    return true;
  }

  public create(context: StepContext<D>): Promise<Outcome> {
    return this.find(context);
  }

  public update(context: StepContext<D>): Promise<Outcome> {
    return this.find(context);
  }

  public async delete(): Promise<Outcome> {
    return { status: 'gone' };
  }
}
