import { Stack, Stage, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { checkMergedSettings, checkSettings, DISPLACES, UNIQUE_NAMES } from './provider-settings-checks';
import type { ProviderService, ProviderSettingsOptions } from './provider-settings-options';
import { synthesisError } from './synthesis-error';

/** Settings by name. Each environment variable is a setting of its own: `environment.HTTPS_PROXY`. */
type Settings = Record<string, unknown>;

const VARIABLE = 'environment.';

/** What was set on one scope, for all services or for one. */
interface Entry {
  readonly scope: IConstruct;
  readonly service?: ProviderService;
  readonly settings: Settings;
  readonly overrides: boolean;
}

/** A provider that exists already, and the settings that it was made with. */
interface Consumer {
  readonly stack: Stack;
  readonly service: ProviderService;
  readonly settings: Settings;
}

const ENTRIES = Symbol.for('cdk-multi-region.ProviderSettings.entries');
const CONSUMERS = Symbol.for('cdk-multi-region.ProviderSettings.consumers');

/**
 * Settings of the providers in a scope: an app, a stage or a stack. Set them before the first construct of this library is
 * made in the scope. Settings of several scopes add up; two different values for the same setting of a provider are an
 * error, since a provider serves all resources of its service in a stack. With `overrides` the nearest scope wins.
 *
 * @example
 * declare const vpc: ec2.Vpc;
 *
 * ProviderSettings.of(this).set({ vpc, logRetention: logs.RetentionDays.ONE_YEAR, logsInsightsQuery: true });
 */
export class ProviderSettings {
  /**
   * The settings of a scope.
   *
   * @param scope an app, a stage or a stack; a construct inside a stack has no providers of its own
   */
  public static of(scope: IConstruct): ProviderSettings {
    if (!Stack.isStack(scope) && !Stage.isStage(scope)) {
      throw synthesisError(scope, 'ProviderSettings.of() takes an app, a stage or a stack: a provider serves a whole stack. '
        + 'Use ProviderSettings.of(Stack.of(construct)).');
    }
    return new ProviderSettings(scope);
  }

  /**
   * The settings that hold for a provider, which is about to be made with them.
   *
   * @internal
   */
  public static _consume(stack: Stack, service: ProviderService): ProviderSettingsOptions {
    const settings = settingsFor(stack, service);
    const options = optionsOf(settings);
    checkMergedSettings(stack, options);
    const consumer = { stack, service, settings };
    consumersOf(stack).forEach(other => refuseSameName(consumer, other));
    consumersOf(stack).push(consumer);
    return options;
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Sets the settings of the providers of all services in the scope.
   *
   * @param settings what is left out stays as it is
   */
  public set(settings: ProviderSettingsOptions): void {
    this.add(settings);
  }

  /**
   * Sets the settings of the providers of one service in the scope.
   *
   * @param service the service
   * @param settings what is left out stays as it is
   */
  public setForService(service: ProviderService, settings: ProviderSettingsOptions): void {
    this.add(settings, service);
  }

  private add({ overrides = false, ...options }: ProviderSettingsOptions, service?: ProviderService): void {
    checkSettings(this.scope, options);
    const settings = settingsOf(options);
    consumersOf(this.scope).forEach(consumer => this.refuseLateChange(consumer, settings, service));
    entriesOf(this.scope).push({ scope: this.scope, service, settings, overrides });
  }

  private refuseLateChange(consumer: Consumer, settings: Settings, service?: ProviderService): void {
    if (!isWithin(consumer.stack, this.scope) || (service ?? consumer.service) !== consumer.service) {
      return;
    }
    const changed = Object.keys(settings).find(name => settings[name] !== consumer.settings[name]);
    if (changed) {
      throw synthesisError(this.scope, `the setting '${changed}' comes too late: the ${consumer.service} provider of stack `
        + `'${consumer.stack.node.path}' exists already. Call ProviderSettings.of(...).set(...) before the first construct of `
        + 'cdk-multi-region is made in the stack.');
    }
  }
}

function settingsFor(stack: Stack, service: ProviderService): Settings {
  const merged: Settings = {};
  const origin: Record<string, IConstruct> = {};
  const entries = stack.node.scopes.flatMap(scope => entriesOf(scope)).filter(entry => !entry.service || entry.service === service);
  for (const { scope, settings, overrides } of entries) {
    const names = Object.keys(settings);
    if (overrides) {
      names.flatMap(name => DISPLACES[name] ?? []).forEach(name => delete merged[name]);
    }
    for (const name of names) {
      if (!overrides && name in merged && merged[name] !== settings[name]) {
        throw synthesisError(scope, `the setting '${name}' of the ${service} provider in stack '${stack.node.path}' has two different `
          + `values, one set on '${pathOf(origin[name])}' and one on '${pathOf(scope)}'. A provider serves all resources of its service in a `
          + 'stack: set each setting once, or say `overrides: true` where the nearer scope wins.');
      }
      merged[name] = settings[name];
      origin[name] = scope;
    }
  }
  return merged;
}

/** Of two providers with the same name, only the first could be deployed. */
function refuseSameName({ stack, service, settings }: Consumer, other: Consumer): void {
  for (const [property, { isGlobal }] of Object.entries(UNIQUE_NAMES)) {
    const name = settings[property];
    if (name !== undefined && name === other.settings[property] && isSamePlace(stack, other.stack, isGlobal)) {
      throw synthesisError(stack, `'${property}' is '${String(name)}' for the ${service} provider, and for the ${other.service} provider of stack `
        + `'${other.stack.node.path}' as well, but a name is unique in its account${isGlobal ? '' : ' and Region'}. `
        + 'Give each its own with ProviderSettings.of(stack).setForService().');
    }
  }
}

/** Whether two stacks surely come into the same account, and Region. */
function isSamePlace(one: Stack, other: Stack, inAnyRegion: boolean): boolean {
  const isSame = (a: string, b: string) => a === b && (one === other || !Token.isUnresolved(a));
  return isSame(one.account, other.account) && (inAnyRegion || isSame(one.region, other.region));
}

function settingsOf({ environment = {}, ...options }: ProviderSettingsOptions): Settings {
  const variables = Object.entries(environment).map(([name, value]) => [`${VARIABLE}${name}`, value]);
  return Object.fromEntries([...Object.entries(options), ...variables].filter(([, value]) => value !== undefined));
}

function optionsOf(settings: Settings): ProviderSettingsOptions {
  const [variables, options] = [true, false].map(wanted => Object.entries(settings).filter(([name]) => name.startsWith(VARIABLE) === wanted));
  const environment = Object.fromEntries(variables.map(([name, value]) => [name.slice(VARIABLE.length), value]));
  return { ...Object.fromEntries(options), ...(variables.length > 0 && { environment }) } as ProviderSettingsOptions;
}

function pathOf(scope: IConstruct): string {
  return scope.node.path || 'the app';
}

function isWithin(construct: IConstruct, scope: IConstruct): boolean {
  return construct.node.scopes.includes(scope);
}

function entriesOf(scope: IConstruct): Entry[] {
  return listOn(scope, ENTRIES);
}

/** All providers of the app. */
function consumersOf(scope: IConstruct): Consumer[] {
  return listOn(scope.node.root, CONSUMERS);
}

function listOn<T>(scope: IConstruct, key: symbol): T[] {
  const holder = scope as unknown as Record<symbol, T[] | undefined>;
  return holder[key] ??= [];
}
