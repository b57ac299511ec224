/** What a scanner finds in a stack with default settings. */
export interface Finding {
  /** As in the table: `cfn-lint`, `Checkov`, ... */
  readonly scanner: string;
  readonly rule: string;
  /** Type of the resource. */
  readonly resource: string;
}

/** In the table: the scanner finds nothing. */
const NONE = 'none';

const ROW = /^\| ([^|`]+) \| (?:`([^`]+)`|none) \| (?:`([^`]+)`)? *\| [^|]*\S[^|]* \|$/;

/** The rows of docs/scanners.md: scanner, rule, resource type, and a setting or a reason. */
export function rowsOf(markdown: string): Finding[] {
  return markdown.split('\n').flatMap(line => {
    const match = ROW.exec(line);
    return match ? [{ scanner: match[1], rule: match[2] ?? NONE, resource: match[3] ?? '' }] : [];
  });
}

/** What the table lacks, and what it has that is not found any more. */
export function differences(found: readonly Finding[], rows: readonly Finding[], scanners: readonly string[]): string[] {
  const documented = new Set(rows.filter(({ scanner }) => scanners.includes(scanner)).map(textOf));
  const expected = new Set(scanners.flatMap(scanner => {
    const findings = found.filter(finding => finding.scanner === scanner);
    return findings.length > 0 ? findings.map(textOf) : [textOf({ scanner, rule: NONE, resource: '' })];
  }));
  return [
    ...[...expected].filter(text => !documented.has(text)).map(text => `not in the table: ${text}`),
    ...[...documented].filter(text => !expected.has(text)).map(text => `in the table, but not found any more: ${text}`),
  ].sort();
}

function textOf({ scanner, rule, resource }: Finding): string {
  return `${scanner} | ${rule} | ${resource}`;
}
