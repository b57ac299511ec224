import { hash } from 'node:crypto';

/** Something that the app takes for granted, and that had to be made up. */
export interface Invention {
  /** What it stands in for, e.g. `SSM parameter`. */
  readonly kind: string;
  readonly name: string;
  readonly value: string;
}

const HEXADECIMAL_DIGITS = 17;

/** Prefixes of ids by what the type of a template parameter says. */
const ID_PREFIXES: readonly (readonly [pattern: RegExp, prefix: string])[] = [
  [/Image::Id/, 'ami-'],
  [/Instance::Id/, 'i-'],
  [/SecurityGroup::Id/, 'sg-'],
  [/Subnet::Id/, 'subnet-'],
  [/Volume::Id/, 'vol-'],
  [/VPC::Id/, 'vpc-'],
  [/HostedZone::Id/, 'Z'],
];

/**
 * Values that are not in the assembly, because they are in the account: the same name always gets the same value, so that
 * an old and a new version of an app see no difference.
 */
export class Inventor {
  private readonly made = new Map<string, Invention>();

  /**
   * @param isDeclared whether the app itself makes it, so that its absence is an error as on AWS
   * @param given values of SSM parameters by name
   */
  constructor(
    private readonly isDeclared: (kind: string, name: string) => boolean = () => false,
    private readonly given: Readonly<Record<string, string>> = {},
  ) {}

  public get inventions(): Invention[] {
    return [...this.made.values()];
  }

  /** @returns undefined if the app makes it itself */
  public invent(kind: string, name: string, type: string = 'String'): string | undefined {
    if (this.isDeclared(kind, name)) {
      return undefined;
    }
    if (kind === 'SSM parameter' && Object.hasOwn(this.given, name)) {
      return this.given[name];
    }
    return this.note(kind, name, invented(name, type));
  }

  /** Records a value that something else has made up. */
  public note(kind: string, name: string, value: string): string {
    const key = `${kind} ${name}`;
    const known = this.made.get(key) ?? { kind, name, value };
    this.made.set(key, known);
    return known.value;
  }
}

function invented(name: string, type: string): string {
  const digits = hash('sha256', name).slice(0, HEXADECIMAL_DIGITS);
  const prefix = ID_PREFIXES.find(([pattern]) => pattern.test(type))?.[1];
  if (prefix) {
    return prefix + digits;
  }
  return type === 'Number' ? '1' : `invented-${digits.slice(0, 8)}`;
}
