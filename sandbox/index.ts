export type { StackResult } from './cloudformation/cloud-formation';
export type { StackEvent } from './cloudformation/stack';
export { DeploymentFailed, Sandbox } from './sandbox';
export type { ClientConfig, SandboxOptions, StackSelection } from './sandbox';
export type { InventoryItem } from './services/service';
