import {
  Annotations, CfnElement, DefaultTokenResolver, Reference, Stack, Stage, StringConcat, Token, Tokenization, type CfnResource, type IPostProcessor,
  type IResolvable, type IResolveContext,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { topLevelStackOf } from './names';

/** The custom resources of this library, by what is synthesized at once: an app or a stage. */
const watched = new WeakMap<IConstruct, Set<IConstruct>>();

/** A reference to one of these resources, and what it is in the template. */
interface Use {
  readonly reference: Reference;
  readonly resolved: unknown;
}

/**
 * Warns at synthesis when another stack uses an attribute of this resource in a way that keeps the old value after a change: by a weak or by a
 * cross-Region reference. CloudFormation refuses to change what a strong reference within a Region uses.
 */
export function watchReferences(resource: CfnResource): void {
  // A stage is synthesized before the app around it, so a warning of the app would come too late.
  const root = Stage.of(resource) ?? resource.node.root;
  const resources = watched.get(root) ?? new Set<IConstruct>();
  if (resources.size === 0) {
    watched.set(root, resources);
    root.node.addValidation({
      validate: () => {
        readersOf(root, resources).forEach(reader => warnOfUses(reader, resources));
        return [];
      },
    });
  }
  resources.add(resource);
}

/** What is in stacks that may use these resources. The AWS CDK lets a stack depend on those that it refers to, unless they are in another account. */
function readersOf(root: IConstruct, resources: ReadonlySet<IConstruct>): CfnElement[] {
  const producers = [...new Set([...resources].map(topLevelStackOf))];
  const mayUse = (stack: Stack): boolean => producers.some(producer => producer !== stack
    && (stack.dependencies.includes(producer) || stack.account !== producer.account));
  const stacks = new Set(root.node.findAll().filter(Stack.isStack).filter(stack => mayUse(topLevelStackOf(stack))));
  return stacks.size === 0 ? [] : root.node.findAll().filter(CfnElement.isCfnElement).filter(({ stack }) => stacks.has(stack));
}

function warnOfUses(reader: CfnElement, resources: ReadonlySet<IConstruct>): void {
  const uses = usesIn(reader).filter(({ reference }) => resources.has(reference.target));
  uses.forEach(use => {
    const kind = staleKind(reader, use);
    if (kind) {
      Annotations.of(reader).addWarningV2('cdk-multi-region:staleReference', warning(reader, use.reference, kind));
    }
  });
}

/** How a value crosses stacks, if a change of it does not reach the reader. A text is no reference: the reader's template changes with it. */
function staleKind(reader: IConstruct, { reference, resolved }: Use): string | undefined {
  const [from, to] = [reference.target, reader].map(topLevelStackOf);
  if (from === to || typeof resolved !== 'object') {
    return undefined;
  }
  const isWeak = JSON.stringify(resolved).includes('"Fn::GetStackOutput"');
  const isElsewhere = regionOf(from) !== regionOf(to);
  return isWeak ? 'weak' : isElsewhere ? 'cross-Region' : undefined;
}

function regionOf({ region }: Stack): string {
  return Token.isUnresolved(region) ? '' : region;
}

function warning(reader: IConstruct, { displayName, target }: Reference, kind: string): string {
  const { region } = topLevelStackOf(reader);
  const where = Token.isUnresolved(region) ? "the reader's Region" : region;
  return `'${reader.node.path}' uses the attribute ${displayName} of '${target.node.scope?.node.path}' by a ${kind} reference. When the attribute changes, it `
    + `keeps the old value, and its deployment does not say so. Publish the value in ${where}, with a method of the construct such as publishId() or with a MultiRegionParameter, and read it there: at `
    + 'deployment with MultiRegionParameter.valueFor(), or at run time. A name that you have chosen needs neither: pass it as text. Acknowledge this if the '
    + 'value never changes. See docs/sharing.md.';
}

/** All references in what an element adds to the template. Such an error as it may have is reported by the synthesis itself, right after. */
function usesIn(element: CfnElement): Use[] {
  const recorder = new UseRecorder();
  try {
    Tokenization.resolve(toCloudFormation(element), { scope: element, resolver: recorder, preparing: false });
  } catch {
    return [];
  }
  return recorder.uses;
}

/** There is no public way to get what an element adds to the template. */
function toCloudFormation(element: CfnElement): unknown {
  return (element as unknown as { _toCloudFormation(): unknown })._toCloudFormation();
}

class UseRecorder extends DefaultTokenResolver {
  public readonly uses: Use[] = [];

  constructor() {
    super(new StringConcat());
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    const resolved: unknown = super.resolveToken(token, context, postProcessor);
    const reference = referenceOf(token);
    if (reference) {
      this.uses.push({ reference, resolved });
    }
    return resolved;
  }
}

/** `Stack.consumeReference()` wraps a reference. */
function referenceOf(token: unknown): Reference | undefined {
  const wrapped = (token as { reference?: unknown }).reference;
  return [token, wrapped].find(one => one !== undefined && Reference.isReference(one));
}
