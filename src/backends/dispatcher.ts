import tls from 'node:tls';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { NetworkOptions } from '../protocol/analysis';

/** Chooses how a request leaves: directly or through the proxy; connections are kept and shared. */
export class Dispatchers {
  private readonly network: NetworkOptions;
  private direct: Agent | undefined;
  private proxied: ProxyAgent | undefined;

  constructor(network: NetworkOptions) {
    this.network = network;
  }

  for(url: URL): Dispatcher {
    const { proxy, proxyAuthorization } = this.network;
    if (proxy === undefined || proxy === '' || isWithoutProxy(url, this.network.noProxy)) {
      this.direct ??= new Agent({ connect: this.tlsOptions() });
      return this.direct;
    }
    this.proxied ??= new ProxyAgent({
      uri: proxy,
      requestTls: this.tlsOptions(),
      proxyTls: this.tlsOptions(),
      ...(proxyAuthorization !== undefined && { token: proxyAuthorization }),
    });
    return this.proxied;
  }

  async close(): Promise<void> {
    await Promise.all([this.direct?.destroy(), this.proxied?.destroy()]);
  }

  private tlsOptions(): { readonly rejectUnauthorized: boolean; readonly ca: string[] } {
    return { rejectUnauthorized: this.network.proxyStrictSsl, ca: trusted() };
  }
}

let certificates: string[] | undefined;

/** Node's own authorities and those of the system, where companies put theirs. */
function trusted(): string[] {
  certificates ??= [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
  return certificates;
}

/** Whether the proxy is passed by: for this machine, and for hosts, `.domains`, `host:port` and `*` of the list. */
export function isWithoutProxy(url: URL, noProxy: readonly string[]): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) {
    return true;
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy.some((entry) => {
    const rule = entry.trim().toLowerCase();
    const [, name = '', rulePort] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
    if (name === '' || (rulePort !== undefined && rulePort !== port)) {
      return false;
    }
    const domain = name.replace(/^\*?\./, '');
    return name === '*' || host === domain || host.endsWith(`.${domain}`);
  });
}
