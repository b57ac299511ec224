import type { Workspace } from './workspace';

/** How a package is made and used in one language. Each method takes up where the one before it left off. */
export interface Language {
  readonly name: string;
  /** How the package is used; undefined for a language that can only be generated here. */
  readonly consumer?: Consumer;
  /** What this machine lacks for it; undefined if it lacks nothing. */
  missing(): Promise<string | undefined>;
  /** Makes the package. */
  build(workspace: Workspace): Promise<void>;
}

export interface Consumer {
  /** Installs the package into an empty folder, as a user does. */
  install(workspace: Workspace): Promise<void>;
  /** Runs the consumer's app and gives the folder of its cloud assembly. */
  synthesize(workspace: Workspace): Promise<string>;
  /** Checks the examples that are written in the language too, and gives how many there are. */
  checkExamples?(workspace: Workspace): Promise<number>;
  /** Runs what docs/rehearsing.md shows for a test in the language. */
  checkSnippet?(workspace: Workspace): Promise<void>;
}
