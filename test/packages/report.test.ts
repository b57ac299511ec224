import { render } from '../../scripts/packages/report';

test('shows what was done, how long it took, and why the rest was not', () => {
  expect(render([
    { language: 'npm', built: 3.44, installed: 2.6, synthesized: 5, equal: true },
    { language: 'Python', skipped: 'there is no python3 on the PATH' },
    { language: 'Go', built: 10, installed: 1, synthesized: 2, equal: false, error: 'Mail: missing' },
  ])).toBe([
    'language  built  installed  synthesized  equal  seconds',
    'npm       3.4    2.6        5.0          yes    11.0',
    'Python    -      -          -            -      -',
    'Go        10.0   1.0        2.0          NO     13.0',
    '',
    'Python, skipped: there is no python3 on the PATH.',
    'Go, FAILED: Mail: missing',
  ].join('\n'));
});
