import { render } from '../../scripts/packages/report';

test('shows what was done, how long it took, and why the rest was not', () => {
  expect(render([
    { language: 'npm', built: 3.44, installed: 2.6, synthesized: 5, equal: true },
    { language: 'Python', built: 9, installed: 5, synthesized: 3, equal: true, examples: 7, examplesChecked: 12 },
    { language: 'Java', skipped: 'there is no mvn on the PATH' },
    { language: 'Go', built: 10, installed: 1, synthesized: 2, equal: false, error: 'Mail: missing' },
  ])).toBe([
    'language  built  installed  synthesized  equal  examples  seconds',
    'npm       3.4    2.6        5.0          yes    -         11.0',
    'Python    9.0    5.0        3.0          yes    12.0      29.0',
    'Java      -      -          -            -      -         -',
    'Go        10.0   1.0        2.0          NO     -         13.0',
    '',
    'Python: 7 examples have the templates of those in TypeScript; they were deployed in the sandbox and removed.',
    'Java, skipped: there is no mvn on the PATH.',
    'Go, FAILED: Mail: missing',
  ].join('\n'));
});
