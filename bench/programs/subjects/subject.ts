/** One kind of resource, as the peers have to know it. */
export interface Subject {
  /** Type of the resource in a template. */
  readonly type: string;
  /** The permissions of a handler. */
  readonly actions: string[];
  /** Properties of the n-th resource, as many as our construct renders. */
  properties(index: number): Record<string, unknown>;
  /** The SDK call that creates the n-th resource, for `AwsCustomResource`. */
  call(index: number): { readonly service: string; readonly action: string; readonly parameters: unknown };
}
