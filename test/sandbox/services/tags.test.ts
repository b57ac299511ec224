import { VirtualClock } from '../../../sandbox/kernel/virtual-clock';
import { ServiceDispatcher } from '../../../sandbox/services/dispatch';
import { GlobalAcceleratorSimulator } from '../../../sandbox/services/global-accelerator';
import type { ServiceSimulator } from '../../../sandbox/services/service';
import { SesSimulator } from '../../../sandbox/services/ses';
import { WorkSpacesSimulator } from '../../../sandbox/services/workspaces';

const ACCOUNT = { partition: 'aws', accountId: '111122223333' };
const LAG = 10;

interface Tagged {
  readonly simulator: ServiceSimulator & { loseTags(): void };
  readonly region: string;
  readonly read: string;
  readonly set: string;
  readonly unset: string;
  readonly member: string;
  /** Makes something with the tag `first=1` and gives its name in calls. */
  make(call: (operation: string, input: object) => any): string;
}

function ses(tagLagSeconds: number): Tagged {
  return {
    simulator: new SesSimulator({ requestRate: 'unlimited', tagLagSeconds }),
    region: 'eu-west-1',
    make: call => {
      call('CreateMultiRegionEndpoint', {
        EndpointName: 'mail', Details: { RoutesDetails: [{ Region: 'eu-central-1' }] }, Tags: [{ Key: 'first', Value: '1' }],
      });
      return 'arn:aws:ses:eu-west-1:111122223333:multi-region-endpoint/mail';
    },
    read: 'ListTagsForResource', set: 'TagResource', unset: 'UntagResource', member: 'ResourceArn',
  };
}

function globalAccelerator(tagLagSeconds: number): Tagged {
  return {
    simulator: new GlobalAcceleratorSimulator({ tagLagSeconds }),
    region: 'us-west-2',
    make: call => call('CreateCustomRoutingAccelerator', {
      Name: 'game', IdempotencyToken: 't', Tags: [{ Key: 'first', Value: '1' }],
    }).Accelerator.AcceleratorArn,
    read: 'ListTagsForResource', set: 'TagResource', unset: 'UntagResource', member: 'ResourceArn',
  };
}

function workSpaces(tagLagSeconds: number): Tagged {
  const simulator = new WorkSpacesSimulator({ requestRate: 'unlimited', tagLagSeconds });
  simulator.seedDirectory({ region: 'eu-west-1', directoryId: 'd-1' });
  simulator.seedWorkspace({ region: 'eu-west-1', workspaceId: 'ws-1', directoryId: 'd-1', userName: 'u', tags: { first: '1' } });
  return {
    simulator, region: 'eu-west-1', make: () => 'ws-1', read: 'DescribeTags', set: 'CreateTags', unset: 'DeleteTags', member: 'ResourceId',
  };
}

class Tags {
  public readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  private readonly dispatcher = new ServiceDispatcher({ ...ACCOUNT, clock: this.clock });
  private readonly id: string;

  constructor(private readonly tagged: Tagged) {
    this.dispatcher.register(tagged.simulator);
    this.id = tagged.make((operation, input) => this.call(operation, input));
  }

  public read(): string[] {
    const { Tags: list, TagList } = this.call(this.tagged.read, { [this.tagged.member]: this.id });
    return (list ?? TagList).map(({ Key, Value }: { Key: string; Value: string }) => `${Key}=${Value}`).sort();
  }

  public set(key: string, value: string): void {
    this.call(this.tagged.set, { [this.tagged.member]: this.id, Tags: [{ Key: key, Value: value }] });
  }

  public unset(key: string): void {
    this.call(this.tagged.unset, { [this.tagged.member]: this.id, TagKeys: [key] });
  }

  public wait(seconds: number): Promise<void> {
    return this.clock.run(this.clock.sleep(seconds * 1000));
  }

  private call(operation: string, input: object): any {
    return this.dispatcher.dispatch(this.tagged.simulator.serviceId, operation, input, { region: this.tagged.region });
  }
}

describe.each([['SES', ses], ['Global Accelerator', globalAccelerator], ['WorkSpaces', workSpaces]])('tags of %s', (_, make) => {
  test('show at once where nothing else is said', () => {
    const tags = new Tags(make(0));
    tags.set('second', '2');
    expect(tags.read()).toEqual(['first=1', 'second=2']);
  });

  test('that were changed are read late', async () => {
    const tags = new Tags(make(LAG));
    expect(tags.read()).toEqual(['first=1']);
    tags.set('second', '2');
    await tags.wait(6);
    tags.unset('first');
    expect(tags.read()).toEqual(['first=1']);
    await tags.wait(5);
    expect(tags.read()).toEqual(['first=1', 'second=2']);
    await tags.wait(6);
    expect(tags.read()).toEqual(['second=2']);
  });

  test('can be lost, all of them', () => {
    const tagged = make(0);
    const tags = new Tags(tagged);
    tagged.simulator.loseTags();
    expect(tags.read()).toEqual([]);
  });
});

test('the tags of a connection alias can be lost as well', () => {
  const simulator = new WorkSpacesSimulator({ requestRate: 'unlimited' });
  simulator.seedConnectionAlias({
    region: 'eu-west-1', aliasId: 'wsca-1', connectionString: 'desk.example.com', tags: { first: '1' },
  });
  simulator.loseTags();
  const dispatcher = new ServiceDispatcher({ ...ACCOUNT, clock: { now: () => 0 } }).register(simulator);
  expect(dispatcher.dispatch('WorkSpaces', 'DescribeTags', { ResourceId: 'wsca-1' }, { region: 'eu-west-1' })).toEqual({ TagList: [] });
});
