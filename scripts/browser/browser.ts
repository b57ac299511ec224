import { ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** What a page said and did while it was open. */
export interface OpenPage {
  /** Errors in the console, exceptions, and what the page's own policy blocked. */
  readonly errors: readonly string[];
  /** Addresses that it asked for, besides its own. */
  readonly requests: readonly string[];
  /** The value of an expression in the page, as JSON carries it. */
  evaluate<T>(expression: string): Promise<T>;
  /** The whole page as PNG, or the part of it that begins at `top`. */
  screenshot(part?: { readonly top: number; readonly height: number }): Promise<Buffer>;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly width: number;
  readonly height: number;
  readonly isDark?: boolean;
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: any;
  readonly result?: any;
  readonly error?: { readonly message: string };
}

const PROTOCOL_TIMEOUT_MILLISECONDS = 60_000;

/**
 * A headless Chromium, driven by the DevTools protocol over pipes: that takes no library, and no port.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export class Browser {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve(result: any): void; reject(error: Error): void }>();
  private readonly listeners = new Set<(message: Message) => void>();
  private stderr = '';
  /** Why nothing can be sent any more. */
  private gone?: string;
  private last = 0;
  private rest = '';

  constructor(executable: string, environment: Readonly<Record<string, string | undefined>>) {
    // Its sandbox needs privileges that a container does not have, and only pages of our own are opened.
    this.child = spawn(executable, ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--remote-debugging-pipe', 'about:blank'],
      { env: environment, stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    this.child.stderr!.on('data', text => { this.stderr += text; });
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', text => this.read(text));
    const fail = (reason: string) => {
      this.gone ??= `${executable} ${reason}\n${this.stderr}`;
      this.waiting.forEach(({ reject }) => reject(new Error(this.gone)));
    };
    // What a pipe says of a browser that is gone is said better below.
    [this.child.stdio[3], this.child.stdio[4]].forEach(pipe => pipe!.on('error', () => undefined));
    this.child.on('error', error => fail(`can't be started: ${error.message}`));
    this.child.on('exit', code => fail(`ended with ${code}.`));
  }

  public async open(url: string, { width, height, isDark = false }: PageOptions): Promise<OpenPage> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const send = (method: string, params: object = {}) => this.send(method, params, sessionId);
    const errors: string[] = [];
    const requests: string[] = [];
    const listener = (message: Message): void => {
      if (message.sessionId === sessionId) {
        errors.push(...errorsIn(message));
        requests.push(...requestsIn(message).filter(address => address !== url));
      }
    };
    this.listeners.add(listener);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) {
      await send(`${domain}.enable`);
    }
    await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 700 });
    await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }] });
    const loaded = this.event('Page.loadEventFired', sessionId);
    const { errorText } = await send('Page.navigate', { url });
    if (errorText) {
      throw new Error(`${url} can't be opened: ${errorText}`);
    }
    await loaded;
    return {
      errors,
      requests,
      evaluate: async expression => {
        const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true });
        if (exceptionDetails) {
          throw new Error(`${expression}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
        }
        return result.value;
      },
      screenshot: async part => {
        const clip = part && { x: 0, y: part.top, width, height: part.height, scale: 1 };
        const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true, clip });
        return Buffer.from(data, 'base64');
      },
      close: async () => {
        this.listeners.delete(listener);
        await this.send('Target.closeTarget', { targetId });
      },
    };
  }

  public async close(): Promise<void> {
    if (this.gone !== undefined) {
      return;
    }
    const gone = new Promise(resolve => this.child.once('exit', resolve));
    await this.send('Browser.close');
    await gone;
  }

  private event(method: string, sessionId: string): Promise<void> {
    return this.inTime(method, new Promise(resolve => {
      const listener = (message: Message) => {
        if (message.method === method && message.sessionId === sessionId) {
          this.listeners.delete(listener);
          resolve();
        }
      };
      this.listeners.add(listener);
    }));
  }

  private send(method: string, params: object = {}, sessionId?: string): Promise<any> {
    if (this.gone !== undefined) {
      return Promise.reject(new Error(this.gone));
    }
    const id = ++this.last;
    const answer = new Promise<any>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return this.inTime(method, answer);
  }

  private async inTime<T>(method: string, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`The browser did not answer ${method} in time.\n${this.stderr}`)), PROTOCOL_TIMEOUT_MILLISECONDS);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  private read(text: string): void {
    const messages = `${this.rest}${text}`.split('\0');
    this.rest = messages.pop()!;
    messages.map(message => JSON.parse(message) as Message).forEach(message => this.take(message));
  }

  private take(message: Message): void {
    const { id, result, error } = message;
    const waiting = id === undefined ? undefined : this.waiting.get(id);
    this.waiting.delete(id ?? -1);
    if (error) {
      waiting?.reject(new Error(error.message));
    } else {
      waiting?.resolve(result);
    }
    this.listeners.forEach(listener => listener(message));
  }
}

function errorsIn({ method, params }: Message): string[] {
  switch (method) {
    case 'Runtime.exceptionThrown': return [params.exceptionDetails.exception?.description ?? params.exceptionDetails.text];
    case 'Runtime.consoleAPICalled': return ['error', 'warning', 'assert'].includes(params.type) ? [JSON.stringify(params.args)] : [];
    case 'Log.entryAdded': return ['error', 'warning'].includes(params.entry.level) ? [params.entry.text] : [];
    default: return [];
  }
}

function requestsIn({ method, params }: Message): string[] {
  return method === 'Network.requestWillBeSent' ? [String(params.request.url).split('#')[0]] : [];
}
