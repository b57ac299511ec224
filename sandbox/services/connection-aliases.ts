import { createHash } from 'node:crypto';
import type {
  AssociateConnectionAliasRequest, CreateConnectionAliasRequest, DeleteConnectionAliasRequest,
  DescribeConnectionAliasesRequest, DisassociateConnectionAliasRequest,
} from '@aws-sdk/client-workspaces';
import { Call, InventoryItem, ServiceError } from './service';

/** How long the changes of a connection alias take. AWS documents none of these times. */
export interface ConnectionAliasTimes {
  /** @default 10 */
  readonly aliasCreationSeconds?: number;
  /** @default 30 */
  readonly associationSeconds?: number;
  /** @default 30 */
  readonly disassociationSeconds?: number;
}

/** A connection alias that exists before the test begins. */
export interface SeedConnectionAlias {
  readonly region: string;
  readonly aliasId: string;
  readonly connectionString: string;
  readonly tags?: Record<string, string>;
  /** The directory that it is associated with. */
  readonly directoryId?: string;
  /** Another account that shares it with this one. */
  readonly ownerAccountId?: string;
}

interface Association {
  readonly directoryId: string;
  readonly connectionIdentifier: string;
  readonly madeAt: number;
  goneAt?: number;
}

interface Alias {
  readonly region: string;
  readonly id: string;
  readonly connectionString: string;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
  readonly ownerAccountId?: string;
  readonly seeded: boolean;
  association?: Association;
}

const MAX_ALIASES = 20;
const DEFAULT_PAGE_SIZE = 25;

/** The connection aliases of an account: the part of the simulator that knows nothing of WorkSpaces. */
export class ConnectionAliases {
  private readonly aliases = new Map<string, Alias>();
  private made = 0;

  constructor(
    private readonly times: ConnectionAliasTimes,
    private readonly directoryExists: (directoryId: string, region: string) => boolean,
  ) {}

  public seed(alias: SeedConnectionAlias): void {
    this.aliases.set(keyOf(alias.region, alias.aliasId), {
      region: alias.region,
      id: alias.aliasId,
      connectionString: alias.connectionString,
      createdAt: 0,
      tags: new Map(Object.entries(alias.tags ?? {})),
      ownerAccountId: alias.ownerAccountId,
      seeded: true,
      association: alias.directoryId === undefined ? undefined : this.newAssociation(alias.aliasId, alias.directoryId, 0),
    });
  }

  public tagsOf(aliasId: string, call: Call): Map<string, string> | undefined {
    return this.find(aliasId, call)?.tags;
  }

  public loseTags(): void {
    this.aliases.forEach(({ tags }) => tags.clear());
  }

  public create(input: CreateConnectionAliasRequest, call: Call, tags: Map<string, string>): unknown {
    const inRegion = [...this.aliases.values()].filter(alias => alias.region === call.region);
    if (inRegion.some(alias => alias.connectionString === input.ConnectionString)) {
      throw new ServiceError('ResourceAlreadyExistsException', `A connection alias for ${input.ConnectionString} already exists.`);
    }
    if (inRegion.length >= MAX_ALIASES) {
      throw new ServiceError('ResourceLimitExceededException', `The account has reached its limit of ${MAX_ALIASES} connection aliases.`);
    }
    const id = `wsca-${digest(call.region, ++this.made).slice(0, 9)}`;
    this.aliases.set(keyOf(call.region, id), {
      region: call.region, id, connectionString: input.ConnectionString!, createdAt: call.now, tags, seeded: false,
    });
    return { AliasId: id };
  }

  public delete(input: DeleteConnectionAliasRequest, call: Call): unknown {
    const alias = this.existing(input.AliasId!, call);
    if (this.associationOf(alias, call.now)) {
      throw new ServiceError('ResourceAssociatedException', `Connection alias ${alias.id} is associated with a directory.`);
    }
    this.aliases.delete(keyOf(alias.region, alias.id));
    return {};
  }

  public associate(input: AssociateConnectionAliasRequest, call: Call): unknown {
    const alias = this.existing(input.AliasId!, call);
    this.requireCreated(alias, call);
    if (!this.directoryExists(input.ResourceId!, call.region)) {
      throw notFound(input.ResourceId!);
    }
    const association = this.associationOf(alias, call.now);
    if (association?.goneAt !== undefined) {
      throw new ServiceError('InvalidResourceStateException', `Connection alias ${alias.id} is being disassociated.`);
    }
    if (association) {
      throw new ServiceError('ResourceAssociatedException', `Connection alias ${alias.id} is associated with ${association.directoryId}.`);
    }
    alias.association = this.newAssociation(alias.id, input.ResourceId!, call.now);
    return { ConnectionIdentifier: alias.association.connectionIdentifier };
  }

  public disassociate(input: DisassociateConnectionAliasRequest, call: Call): unknown {
    const alias = this.existing(input.AliasId!, call);
    this.requireCreated(alias, call);
    const association = this.associationOf(alias, call.now);
    if (!association || statusOf(association, call.now, this.associationMilliseconds) !== 'ASSOCIATED_WITH_OWNER_ACCOUNT') {
      throw new ServiceError('InvalidResourceStateException', `Connection alias ${alias.id} is not associated.`);
    }
    association.goneAt = call.now + (this.times.disassociationSeconds ?? 30) * 1000;
    return {};
  }

  public describe(input: DescribeConnectionAliasesRequest, call: Call): unknown {
    const chosen = [...this.aliases.values()].filter(alias => alias.region === call.region
      && (!input.AliasIds || input.AliasIds.includes(alias.id))
      && (!input.ResourceId || this.associationOf(alias, call.now)?.directoryId === input.ResourceId));
    const start = Number(input.NextToken ?? 0);
    const end = start + (input.Limit ?? DEFAULT_PAGE_SIZE);
    const page = chosen.slice(start, end).map(alias => this.show(alias, call));
    return { ConnectionAliases: page.length > 0 ? page : undefined, NextToken: end < chosen.length ? String(end) : undefined };
  }

  public inventory(now: number): InventoryItem[] {
    return [...this.aliases.values()].flatMap(alias => {
      const association = this.associationOf(alias, now);
      return [
        ...(alias.seeded ? [] : [{ type: 'ConnectionAlias', region: alias.region, id: alias.id, state: 'CREATED' }]),
        ...(association ? [{
          type: 'ConnectionAliasAssociation',
          region: alias.region,
          id: `${alias.id}/${association.directoryId}`,
          state: statusOf(association, now, this.associationMilliseconds),
        }] : []),
      ];
    });
  }

  private show(alias: Alias, call: Call): unknown {
    const association = this.associationOf(alias, call.now);
    return {
      ConnectionString: alias.connectionString,
      AliasId: alias.id,
      State: this.isCreated(alias, call.now) ? 'CREATED' : 'CREATING',
      OwnerAccountId: alias.ownerAccountId ?? call.accountId,
      Associations: [association ? {
        AssociationStatus: statusOf(association, call.now, this.associationMilliseconds),
        AssociatedAccountId: call.accountId,
        ResourceId: association.directoryId,
        ConnectionIdentifier: association.connectionIdentifier,
      } : { AssociationStatus: 'NOT_ASSOCIATED' }],
    };
  }

  private newAssociation(aliasId: string, directoryId: string, madeAt: number): Association {
    return { directoryId, connectionIdentifier: digest(aliasId, directoryId, madeAt).slice(0, 12), madeAt };
  }

  private associationOf(alias: Alias, now: number): Association | undefined {
    const { association } = alias;
    return association && (association.goneAt ?? Infinity) > now ? association : undefined;
  }

  private isCreated(alias: Alias, now: number): boolean {
    return now >= alias.createdAt + (this.times.aliasCreationSeconds ?? 10) * 1000;
  }

  private requireCreated(alias: Alias, call: Call): void {
    if (!this.isCreated(alias, call.now)) {
      throw new ServiceError('InvalidResourceStateException', `Connection alias ${alias.id} is in state CREATING.`);
    }
  }

  private get associationMilliseconds(): number {
    return (this.times.associationSeconds ?? 30) * 1000;
  }

  private find(aliasId: string, call: Call): Alias | undefined {
    return this.aliases.get(keyOf(call.region, aliasId));
  }

  private existing(aliasId: string, call: Call): Alias {
    const alias = this.find(aliasId, call);
    if (!alias) {
      throw notFound(aliasId);
    }
    return alias;
  }
}

function statusOf(association: Association, now: number, associationMilliseconds: number): string {
  if (association.goneAt !== undefined) {
    return 'PENDING_DISASSOCIATION';
  }
  return now < association.madeAt + associationMilliseconds ? 'PENDING_ASSOCIATION' : 'ASSOCIATED_WITH_OWNER_ACCOUNT';
}

function notFound(id: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Resource ${id} does not exist.`, 400, { ResourceId: id });
}

function keyOf(region: string, id: string): string {
  return `${region}/${id}`;
}

function digest(...parts: unknown[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex');
}
