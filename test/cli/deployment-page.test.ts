import { pageHtml } from '../../cli/deployment-page/page';
import { groupsOf } from '../../cli/deployment-page/rows';
import { Bar, Chart, DeploymentPage, Mark } from '../../cli/deployment-page/model';
import { StackEvent } from '../../sandbox/cloudformation/stack';

const START = Date.parse('2026-01-01T00:00:00Z');
const EVIL = '<script>alert("1")</script>&\'';
const NAMING = {
  stackTitle: ({ stackName }: StackEvent) => stackName,
  label: (_: string, logicalId: string) => `path of ${logicalId}`,
  isOurs: (type: string) => type.startsWith('Custom::'),
};

function event(seconds: number, logicalId: string, status: string, reason?: string): StackEvent {
  return {
    timestamp: START + seconds * 1000, region: 'eu-west-1', stackName: 'Mail', stackId: 'arn:mail', logicalId, status, reason,
    type: logicalId === 'Mail' ? 'AWS::CloudFormation::Stack' : 'Custom::MultiRegionEndpoint',
  };
}

function groups(events: readonly StackEvent[], to: number, marks: readonly (readonly [string, Mark])[] = []) {
  return groupsOf({ events, from: START, to: START + to * 1000, marks: new Map(marks.map(([id, mark]) => [id, [mark]])) }, NAMING);
}

function bars(...events: readonly StackEvent[]): Bar[] {
  return groups(events, 100).flatMap(({ rows }) => rows.flatMap(row => row.bars));
}

describe('bars', () => {
  test('an operation goes from its first event to its end, and its second begin is no other one', () => {
    expect(bars(event(1, 'E', 'CREATE_IN_PROGRESS'), event(2, 'E', 'CREATE_IN_PROGRESS'), event(9, 'E', 'CREATE_COMPLETE'))).toEqual(
      [{ from: 1, to: 9, verb: 'create', outcome: 'complete', reason: undefined }]);
  });

  test('an update and the delete of what it replaced are two', () => {
    expect(bars(
      event(0, 'E', 'UPDATE_IN_PROGRESS'), event(5, 'E', 'UPDATE_COMPLETE'), event(6, 'E', 'DELETE_IN_PROGRESS'), event(8, 'E', 'DELETE_COMPLETE'),
    ).map(({ from, to, verb }) => [from, to, verb])).toEqual([[0, 5, 'update'], [6, 8, 'delete']]);
  });

  test.each([
    ['CREATE_FAILED', 'no', 'failed'], ['CREATE_FAILED', 'Resource creation cancelled', 'cancelled'],
    ['UPDATE_FAILED', 'Resource update cancelled', 'cancelled'], ['DELETE_SKIPPED', undefined, 'skipped'],
  ])('%s because of %s is %s', (status, reason, outcome) => {
    expect(bars(event(3, 'E', status, reason))).toEqual([expect.objectContaining({ from: 3, to: 3, outcome, reason })]);
  });

  test('what never ends goes to the end of the deployment, what is cut short to the next operation', () => {
    expect(bars(event(1, 'E', 'CREATE_IN_PROGRESS'), event(4, 'E', 'DELETE_IN_PROGRESS')).map(({ from, to, verb, outcome }) => [from, to, verb, outcome]))
      .toEqual([[1, 4, 'create', 'unfinished'], [4, 100, 'delete', 'unfinished']]);
  });

  test('the stack itself has no row, but its rollback is a band of all rows', () => {
    const [group, ...others] = groups([
      event(0, 'Mail', 'CREATE_IN_PROGRESS'), event(1, 'E', 'CREATE_FAILED'), event(2, 'Mail', 'ROLLBACK_IN_PROGRESS'), event(7, 'Mail', 'ROLLBACK_COMPLETE'),
    ], 50);
    expect(others).toEqual([]);
    expect(group.rows.map(({ label, ours, bands }) => ({ label, ours, bands }))).toEqual(
      [{ label: 'path of E', ours: true, bands: [{ from: 2, to: 7, kind: 'rollback', text: 'rollback' }] }]);
  });

  test('a stack without a change of a resource is left out', () => {
    expect(groups([event(0, 'Mail', 'UPDATE_IN_PROGRESS')], 1)).toEqual([]);
  });

  test('marks are those of the stack and the resource', () => {
    const mark: Mark = { at: 1, kind: 'call', bad: false, what: 'SES CreateMultiRegionEndpoint', result: 'success' };
    const found = groups([event(0, 'E', 'CREATE_COMPLETE')], 1, [['arn:mail E', mark], ['arn:mail F', mark], ['arn:other E', mark]]);
    expect(found[0].rows[0].marks).toEqual([mark]);
  });
});

function page(chart: Partial<Chart> = {}, others: Partial<DeploymentPage> = {}): string {
  return pageHtml({
    title: 'Title', introduction: ['What this is.'],
    sections: [{ title: 'global-mail', text: 'SES', charts: [{ title: '1. Deploy', outcome: 'CREATE_COMPLETE', isGood: true, seconds: 100, groups: [], ...chart }] }],
    ...others,
  });
}

function pageOf(rowBars: readonly Bar[], marks: readonly Mark[] = []): string {
  return page({ groups: [{ title: 'Mail', rows: [{ label: 'Endpoint', type: 'Custom::MultiRegionEndpoint', ours: true, bars: rowBars, marks, bands: [] }] }] });
}

const BAR: Bar = { from: 10, to: 35, verb: 'create', outcome: 'complete' };
const LOOK: Mark = { at: 50, kind: 'look', bad: false, what: 'SES GetMultiRegionEndpoint', region: 'eu-west-1', result: 'success' };

describe('the page', () => {
  test('places bars and marks by time, and says what they are', () => {
    const html = pageOf([BAR], [LOOK]);
    expect(html).toContain('<rect class="bar create complete" x="10%" width="25%"');
    expect(html).toContain('<title>Endpoint: create complete, 0m10s to 0m35s</title>');
    expect(html).toMatch(/<use href="#look" class="mark look" x="50%" y="\d+"><title>0m50s SES GetMultiRegionEndpoint in eu-west-1: success<\/title>/);
    expect(html).toContain('aria-label="Endpoint: create complete, 0m10s to 0m35s; 1 look"');
  });

  test('a bar without duration can be seen, also at the end', () => {
    expect(pageOf([{ ...BAR, from: 100, to: 100 }])).toMatch(/class="bar create complete" x="99\.75%" width="0\.25%"/);
    expect(pageOf([{ ...BAR, to: 10 }])).toMatch(/class="bar create complete" x="10%" width="0\.\d+%"/);
  });

  test('a deployment that took no time has no division by it', () => {
    expect(page({ seconds: 0, groups: [{ title: 'Mail', rows: [{ label: 'E', type: 'T', ours: false, bars: [{ ...BAR, from: 0, to: 0 }], marks: [], bands: [] }] }] }))
      .not.toMatch(/NaN|Infinity/);
  });

  test('the contents lead to every chart', () => {
    const chart: Chart = { title: '1. Deploy', outcome: '', isGood: true, seconds: 1, groups: [] };
    const html = page({}, { sections: [{ title: 'global-mail', charts: [chart, chart] }] });
    expect(html).toContain('<a href="#s1">global-mail</a>');
    const targets = [...html.matchAll(/<a href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets).toEqual(['s1', 's1-1', 's1-2']);
    targets.forEach(id => expect(html.split(`id="${id}"`)).toHaveLength(2));
    expect(page()).not.toContain('<nav');
  });

  test('the axis has at most seven times, the first one 0m00s', () => {
    for (const seconds of [1, 59, 87, 3600, 100_000]) {
      const times = page({ seconds, groups: [{ title: 'Mail', rows: [] }] }).match(/<text [^>]*>\d+m\d\ds/g)!;
      expect(times[0]).toMatch(/>0m00s$/);
      expect(times.length).toBeLessThanOrEqual(seconds > 20_000 ? 30 : 7);
      expect(times.length).toBeGreaterThan(1);
    }
  });

  test('the same look many times is one line of the table', () => {
    const html = pageOf([BAR], [LOOK, { ...LOOK, at: 60 }, { ...LOOK, at: 70, result: 'NotFoundException' }]);
    expect(html).toContain('<summary>3 calls, looks, faults and answers as a table</summary>');
    expect(html.match(/<tr><td/g)).toHaveLength(2);
    expect(html).toContain('<td class="time">0m50s to 1m00s</td><td>Endpoint</td><td>SES GetMultiRegionEndpoint, 2 times</td>');
  });

  test('the key explains what is there and nothing else', () => {
    const key = (html: string) => /<ul class="key">(.*)<\/ul>/.exec(html)![1].replace(/<[^>]+>/g, ' ').trim().split(/ {2,}/);
    expect(key(pageOf([BAR], [LOOK]))).toEqual(['create', 'look: a call that only reads']);
    expect(key(pageOf([{ ...BAR, outcome: 'failed' }], [{ ...LOOK, kind: 'fault', bad: true }]))).toEqual(['create', 'failed', 'fault on demand']);
  });

  test('loads nothing and runs nothing', () => {
    const html = pageOf([BAR], [LOOK]);
    expect(html).not.toMatch(/<script|<link|<img|src=|https?:|url\(/);
    expect(html).toContain("default-src 'none'");
  });

  test('escapes every text', () => {
    const evil: Mark = { at: 1, kind: 'answer', bad: true, what: EVIL, region: EVIL, result: EVIL };
    const html = page({
      title: EVIL, outcome: EVIL,
      groups: [{ title: EVIL, rows: [{
        label: EVIL, type: EVIL, ours: true, marks: [evil], bars: [{ ...BAR, outcome: 'failed', reason: EVIL }],
        bands: [{ from: 0, to: 1, kind: 'outage', text: EVIL }],
      }] }],
    }, { title: EVIL, introduction: [EVIL], report: EVIL });
    expect(html).not.toContain('<script');
    expect(html).not.toContain('alert("');
    expect(html.split('&#60;script&#62;').length).toBeGreaterThan(12);
  });
});
