import { CfnParameter, type Stack } from 'aws-cdk-lib';

/** How a construct's properties get their values. */
export interface Values {
  /** Whether properties that may be left out are set. */
  readonly all?: boolean;
  text(sample: string): string;
  number(sample: number): number;
}

/** The samples themselves. */
export const PLAIN: Values = { text: sample => sample, number: sample => sample };

/** Some samples exchanged for others. */
export function exchanging(exchanges: Readonly<Record<string, string>>, all = false): Values {
  return { ...PLAIN, all, text: sample => exchanges[sample] ?? sample };
}

/** Parameters of the template, which nobody knows at synthesis. The same sample is the same parameter. */
export function parametersOf(stack: Stack): Values {
  const parameterOf = (sample: string | number, type: string) => {
    const id = `P${String(sample).replace(/[^A-Za-z0-9]/g, '')}`;
    return stack.node.tryFindChild(id) as CfnParameter | undefined ?? new CfnParameter(stack, id, { type, default: sample });
  };
  return {
    all: true,
    text: sample => parameterOf(sample, 'String').valueAsString,
    number: sample => parameterOf(sample, 'Number').valueAsNumber,
  };
}
