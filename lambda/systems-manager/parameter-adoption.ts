import type { Parameter, Parameters } from './client';
import type { Copies, ParameterDeclaration } from './multi-region-parameter';
import { otherRegionsOf, regionsIn } from './parameter-regions';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import { REGIONS_TAG_KEY } from '../../src/wire/systems-manager';
import { ResourceError } from '../lifecycle/errors';
import type { Adoption, Scope } from '../lifecycle/model';

/** How a parameter that exists is taken over, in all Regions in which it is declared. */
export class ParameterAdoption implements Adoption<ParameterDeclaration, Copies> {
  private readonly home: string;

  constructor(private readonly parametersIn: (region: string) => Parameters, private readonly name: string, private readonly scope: Scope) {
    this.home = scope.location.region;
  }

  public identityOf(): string {
    return this.name;
  }

  /** With the copies in all Regions that are declared or listed, whoever owns them. */
  public async find(identifier: string, declaration: ParameterDeclaration): Promise<Copies | undefined> {
    const { partition, accountId } = this.scope.location;
    if (identifier !== this.name && identifier !== `arn:${partition}:ssm:${this.home}:${accountId}:parameter/${this.name.replace(/^\//, '')}`) {
      throw new ResourceError(`'adopt' is ${identifier}, but the parameter is declared as '${this.name}' in ${this.home}, and Systems Manager can't rename one. Set `
        + "'parameterName' to the name of what is adopted.");
    }
    const tags = await this.parametersIn(this.home).listTags(this.name);
    const home = tags && await this.parametersIn(this.home).get(this.name);
    if (!home) {
      return undefined;
    }
    const others = new Map<string, Parameter | undefined>();
    for (const region of new Set([...regionsIn(tags), ...otherRegionsOf(declaration, this.home)])) {
      const copy = await this.parametersIn(region).get(this.name);
      if (copy) {
        others.set(region, copy);
      }
    }
    return { home, others };
  }

  public differences({ home, others }: Copies, declaration: ParameterDeclaration): string[] {
    const { type } = declaration.content;
    const declared = otherRegionsOf(declaration, this.home);
    const wrongTypes = [...others, [this.home, home] as const].filter(([, copy]) => copy && copy.type !== type);
    return [
      ...wrongTypes.map(([region, copy]) => `it is a ${copy!.type} in ${region}, not a ${type}`),
      ...[...others.keys()].filter(region => !declared.includes(region)).map(region => `it has a copy in ${region}, which 'regions' lacks`),
    ];
  }

  /** The parameter at home comes last: as soon as that is ours, all are, and it lists them. */
  public async take({ others }: Copies): Promise<void> {
    const ours = { [OWNER_TAG_KEY]: this.scope.owner };
    for (const region of others.keys()) {
      await this.parametersIn(region).tag(this.name, ours);
    }
    await this.parametersIn(this.home).tag(this.name, { ...ours, [REGIONS_TAG_KEY]: [...others.keys()].sort().join(' ') });
  }
}
