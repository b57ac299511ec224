import { Assembly } from '../sandbox/cloudformation/assembly';
import { auroraDsqlProvisioners } from '../sandbox/cloudformation/aurora-dsql-provisioners';
import { JsonObject } from '../sandbox/cloudformation/template';
import { transitGatewayProvisioners } from '../sandbox/cloudformation/transit-gateway-provisioners';
import { workspacesProvisioners } from '../sandbox/cloudformation/workspaces-provisioners';
import { Sandbox } from '../sandbox/sandbox';
import { AuroraDsqlSimulator } from '../sandbox/services/aurora-dsql';
import { GlobalAcceleratorSimulator } from '../sandbox/services/global-accelerator';
import { deployedSubnets } from '../sandbox/services/global-accelerator-subnets';
import { TransitGatewaySimulator } from '../sandbox/services/transit-gateway';
import { WorkSpacesSimulator } from '../sandbox/services/workspaces';

const STANDBY_QUOTA = 50;

/** What a template says of a resource, and the Region that its stack is bound to. */
interface DeclaredResource {
  readonly region?: string;
  readonly Properties?: JsonObject;
}

/**
 * Deploys a cloud assembly into an account of its own and removes it again. The account has the directories and the desktops
 * that the templates name.
 *
 * @returns the outputs of each stack
 * @throws Error if a deployment fails, if anything is left, or if the sandbox itself met a defect
 */
export async function deployAndRemove(assembly: string): Promise<Record<string, Record<string, unknown>>> {
  const workspaces = new WorkSpacesSimulator({ standbyQuota: STANDBY_QUOTA });
  furnish(workspaces, declaredIn(assembly));
  const accelerators = new GlobalAcceleratorSimulator({ subnets: id => deployedSubnets(() => sandbox.cloudFormation.stacks)(id) });
  const gateways = new TransitGatewaySimulator();
  const databases = new AuroraDsqlSimulator();
  const sandbox: Sandbox = new Sandbox({
    services: [workspaces, accelerators, gateways, databases],
    provisioners: { ...workspacesProvisioners(workspaces), ...transitGatewayProvisioners(gateways), ...auroraDsqlProvisioners(databases) },
  });
  await sandbox.start();
  try {
    const before = inventory(sandbox);
    const stacks = await sandbox.deploy(assembly);
    const outputs = Object.fromEntries(stacks.map(({ stackName }) => [stackName, sandbox.outputs(stackName)]));
    await sandbox.destroy(assembly);
    const left = inventory(sandbox).filter(item => !before.includes(item));
    if (left.length > 0) {
      throw new Error(`Left in the account after the stacks of ${assembly} were deleted: ${left.join(', ')}`);
    }
    if (sandbox.defects.length > 0) {
      throw new AggregateError(sandbox.defects, 'The sandbox met defects of its own.');
    }
    return outputs;
  } finally {
    await sandbox.stop();
  }
}

function inventory(sandbox: Sandbox): string[] {
  return sandbox.leftovers().map(({ type, region, id }) => `${type} ${id} in ${region}`);
}

/** Puts in place what the templates take for granted. */
function furnish(simulator: WorkSpacesSimulator, declared: readonly DeclaredResource[]): void {
  for (const { region, Properties = {} } of declared) {
    const { DirectoryId: directoryId, PrimaryRegion: primaryRegion } = Properties;
    if (region && typeof directoryId === 'string') {
      simulator.seedDirectory({ region, directoryId });
    }
    for (const workspaceId of primariesOf(Properties)) {
      simulator.seedWorkspace({
        region: String(primaryRegion), workspaceId, directoryId: `d-of-${String(primaryRegion)}`, userName: `user-of-${workspaceId}`,
      });
    }
  }
}

/** Ids of the desktops that a standby or a fleet stands by for and that no stack makes. */
function primariesOf({ PrimaryWorkspaceId: one, PrimaryWorkspaceIds: many }: JsonObject): string[] {
  return [one, many].flat().filter(id => typeof id === 'string');
}

function declaredIn(directory: string): DeclaredResource[] {
  return new Assembly(directory).stacks.flatMap(({ region, template }) =>
    Object.values(template.Resources as JsonObject).map(resource => ({ region, ...(resource as JsonObject) })));
}
