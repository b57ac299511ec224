import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { isOwnedBy } from '../../../lambda/lifecycle/tags';
import { Parameters, SdkParameters } from '../../../lambda/systems-manager/client';
import { systemsManagerHandlers } from '../../../lambda/systems-manager/handlers';
import { Copies, ParameterDeclaration } from '../../../lambda/systems-manager/multi-region-parameter';
import { otherRegionsOf } from '../../../lambda/systems-manager/parameter-regions';
import { MULTI_REGION_PARAMETER_TYPE } from '../../../src/wire/systems-manager';
import type { Clients } from '../clients';
import { ResourceTypes, resourceTypes, Show, Shown, tagsShown } from '../resource-type';

export const systemsManagerTypes: ResourceTypes = clients => {
  const parametersIn = (region: string) => new SdkParameters(clients.client(SSMClient, 'ssm', region));
  return resourceTypes(systemsManagerHandlers(parametersIn), { [MULTI_REGION_PARAMETER_TYPE]: { show: showParameter(clients, parametersIn) } });
};

function showParameter(clients: Clients, parametersIn: (region: string) => Parameters): Show<ParameterDeclaration, Copies> {
  return async ({ others }, declaration, { owner, location: { region: home } }) => {
    const declared = otherRegionsOf(declaration, home);
    const surplus = [...others.keys()].filter(region => others.get(region) && !declared.includes(region));
    const shown: Shown[] = surplus.map(region => ({ property: 'Regions', declared: undefined, actual: region }));
    for (const region of [home, ...declared]) {
      const tags = await parametersIn(region).listTags(declaration.name);
      shown.push(...isOwnedBy(owner, tags)
        ? [
          ...await showCopy(clients, parametersIn(region), region, declaration),
          // Those at home are compared as those of every resource are.
          ...region === home ? [] : tagsShown(declaration.tags, tags!, ` in ${region}`),
        ]
        : [{ property: 'Regions', declared: region, actual: tags && `somebody else's in ${region}` }]);
    }
    return shown;
  };
}

async function showCopy(
  clients: Clients, parameters: Parameters, region: string, { name, content }: ParameterDeclaration,
): Promise<Shown[]> {
  const copy = await parameters.get(name);
  const described = await describe(clients, region, name);
  const suffix = ` in ${region}`;
  return [
    { property: `Type${suffix}`, declared: content.type, actual: copy?.type },
    { property: `Value${suffix}`, declared: content.value, actual: copy?.value },
    { property: `DataType${suffix}`, declared: content.dataType, actual: copy?.dataType },
    { property: `Description${suffix}`, declared: content.description, actual: described?.Description },
    // Which tier AWS has chosen for the others is no drift.
    ...content.tier === 'Standard' || content.tier === 'Advanced'
      ? [{ property: `Tier${suffix}`, declared: content.tier, actual: described?.Tier }] : [],
  ];
}

/** What a read of the value does not show. */
async function describe(clients: Clients, region: string, name: string) {
  const client = clients.client(SSMClient, 'ssm', region);
  const filter = { Key: 'Name', Option: 'Equals', Values: [name] };
  return (await client.send(new DescribeParametersCommand({ ParameterFilters: [filter] }))).Parameters?.[0];
}
