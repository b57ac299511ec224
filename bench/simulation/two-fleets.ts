import { Standbys } from './standbys';

/** Two fleets in one stack, each with one half of the primaries. */
export class TwoFleets extends Standbys {
  public static readonly NAMES = ['first', 'second'];

  public override properties(name: string): Record<string, unknown> {
    const half = this.primaries.length / 2;
    const PrimaryWorkspaceIds = name === TwoFleets.NAMES[0] ? this.primaries.slice(0, half) : this.primaries.slice(half);
    return { ...super.properties(name), PrimaryWorkspaceIds };
  }
}
