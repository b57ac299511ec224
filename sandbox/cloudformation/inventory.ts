import { InventoryItem } from '../services/service';

/** The resources of native types that exist in the account. */
export class AccountInventory {
  private readonly items = new Map<string, InventoryItem>();

  public add(type: string, region: string, id: string): void {
    this.items.set(`${type}|${region}|${id}`, { type, region, id, state: 'exists' });
  }

  public remove(type: string, region: string, id: string): void {
    this.items.delete(`${type}|${region}|${id}`);
  }

  public list(): InventoryItem[] {
    return [...this.items.values()];
  }
}
