import type { AgentOptions } from 'https';

type Variables = Readonly<Record<string, string | undefined>>;

/** Agents read them from these variables, in either case. */
const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'];

/** `@types/node` of the oldest Node.js in development does not know the option. */
type ProxyAgentOptions = AgentOptions & { readonly proxyEnv: Variables };

/**
 * Options for HTTP agents that send everything through the proxy of the function's environment, except for hosts in `NO_PROXY`;
 * undefined if there is no proxy. Node.js does it from 22.21 and 24.5 on, and Lambda's runtimes are newer.
 *
 * @see https://nodejs.org/api/http.html#built-in-proxy-support
 */
export function proxyAgentOptions(variables: Variables = process.env): ProxyAgentOptions | undefined {
  return PROXY_VARIABLES.some(name => variables[name]) ? { proxyEnv: variables } : undefined;
}
