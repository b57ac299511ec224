import { CLIENT_SETTINGS } from '../client-settings';
import { ApiCall } from '../failure';

interface Client {
  send(command: any): Promise<any>;
}

type ClientClass<C extends Client> = new (settings: typeof CLIENT_SETTINGS & { region: string }) => C;

const READ = /^(Describe|Get|List)/;

/** Clients of AWS that can only read, with the SDK's default credentials and endpoints. */
export class Clients {
  private readonly known = new Map<string, Client>();
  private readonly calls = new WeakMap<object, ApiCall>();

  /** @param prefix of the service's IAM actions */
  public client<C extends Client>(clientClass: ClientClass<C>, prefix: string, region: string): Pick<C, 'send'> {
    const key = `${prefix} ${region}`;
    const known = this.known.get(key) ?? this.readOnly(new clientClass({ ...CLIENT_SETTINGS, region }), prefix, region);
    this.known.set(key, known);
    return known as Pick<C, 'send'>;
  }

  /** The call that has failed with this error. @returns undefined if it comes from elsewhere */
  public callOf(error: unknown): ApiCall | undefined {
    return this.calls.get(Object(error));
  }

  private readOnly(client: Client, prefix: string, region: string): Client {
    return {
      send: async command => {
        const operation = operationOf(command);
        if (!READ.test(operation)) {
          throw new Error(`Drift detection was about to call ${prefix}:${operation}, which is no read.`);
        }
        try {
          return await client.send(command);
        } catch (error) {
          this.calls.set(Object(error), { action: `${prefix}:${operation}`, resource: '*', region });
          throw error;
        }
      },
    };
  }
}

/** From the schema: the names of classes do not survive the bundle. */
function operationOf(command: { readonly schema: readonly unknown[] }): string {
  return String(command.schema[2]);
}
