import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';

/** What of the AWS CDK's validation report is needed here. */
interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly {
      readonly ruleName: string;
      readonly description: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

/** An app for validators to look at. Nothing is bundled: templates say nothing about what is in a function. */
export function appToValidate(): App {
  return new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true, 'aws:cdk:bundling-stacks': [] } });
}

/** All findings of all validators that ran in a synthesis, as `where: rule, description`. */
export function findings(app: App): string[] {
  const file = path.join(app.outdir, 'validation-report.json');
  try {
    app.synth();
  } catch (error) {
    // A finding makes the synthesis fail, but after the report was written; any other error comes before.
    if (!fs.existsSync(file)) {
      throw error;
    }
  }
  const { pluginReports } = JSON.parse(fs.readFileSync(file, 'utf8')) as Report;
  return pluginReports.flatMap(({ violations }) => violations.flatMap(({ ruleName, description, violatingConstructs }) =>
    violatingConstructs.map(({ constructPath }) => `${constructPath}: ${ruleName}, ${description}`)));
}
