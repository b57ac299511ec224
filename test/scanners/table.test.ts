import { readFileSync } from 'fs';
import { join } from 'path';
import { differences, rowsOf, type Finding } from '../../scripts/scanners/table';

const LINT: Finding = { scanner: 'cfn-lint', rule: 'W3005', resource: 'AWS::Lambda::Function' };
const TABLE = `
| scanner | rule | resource | setting or reason |
|---|---|---|---|
| cfn-lint | \`W3005\` | \`AWS::Lambda::Function\` | \`vpc\` |
| Checkov | none | | nothing |
| other | \`X\` | \`AWS::Lambda::Function\` | |
`;

test('rows have scanner, rule, resource, and must have a setting or a reason', () => {
  expect(rowsOf(TABLE)).toEqual([LINT, { scanner: 'Checkov', rule: 'none', resource: '' }]);
});

test('a finding that is in the table, however often, is no difference', () => {
  expect(differences([LINT, LINT], rowsOf(TABLE), ['cfn-lint', 'Checkov'])).toEqual([]);
});

test('a finding that is not in the table', () => {
  expect(differences([LINT, { ...LINT, rule: 'E1' }], rowsOf(TABLE), ['cfn-lint'])).toEqual(['not in the table: cfn-lint | E1 | AWS::Lambda::Function']);
});

test('a row that is not found any more', () => {
  expect(differences([], rowsOf(TABLE), ['cfn-lint'])).toEqual([
    'in the table, but not found any more: cfn-lint | W3005 | AWS::Lambda::Function', 'not in the table: cfn-lint | none | ',
  ]);
});

test('a scanner that finds nothing, and then something', () => {
  expect(differences([{ ...LINT, scanner: 'Checkov' }], rowsOf(TABLE), ['Checkov'])).toHaveLength(2);
});

test('the document has rows of every scanner', () => {
  const rows = rowsOf(readFileSync(join(__dirname, '../../docs/scanners.md'), 'utf8'));
  expect([...new Set(rows.map(({ scanner }) => scanner))]).toEqual(
    ['cfn-lint', 'cfn-guard', 'Checkov', 'AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321', 'Serverless']);
});
