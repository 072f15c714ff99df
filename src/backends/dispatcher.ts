import tls from 'node:tls';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { NetworkOptions } from '../protocol/analysis';

/** Chooses how a request leaves: directly or through the proxy; connections are kept and shared. */
export class Dispatchers {
  private readonly network: NetworkOptions;
  private readonly direct = new Map<string, Agent>();
  private readonly proxied = new Map<string, ProxyAgent>();

  constructor(network: NetworkOptions) {
    this.network = network;
  }

  for(url: URL): Dispatcher {
    const { proxy } = this.network;
    const isDirect = proxy === undefined || proxy === '' || isWithoutProxy(url, this.network.noProxy);
    return isDirect ? this.directFor(url.protocol) : this.proxiedFor(url.protocol, proxy);
  }

  async close(): Promise<void> {
    const all = [...this.direct.values(), ...this.proxied.values()];
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }

  private directFor(protocol: string): Agent {
    let agent = this.direct.get(protocol);
    if (!agent) {
      agent = new Agent({ connect: this.tlsOptions(protocol) });
      this.direct.set(protocol, agent);
    }
    return agent;
  }

  private proxiedFor(protocol: string, proxy: string): ProxyAgent {
    let agent = this.proxied.get(protocol);
    if (!agent) {
      const { proxyAuthorization } = this.network;
      agent = new ProxyAgent({
        uri: proxy,
        requestTls: this.tlsOptions(protocol),
        proxyTls: this.tlsOptions(new URL(proxy).protocol),
        ...(proxyAuthorization !== undefined && { token: proxyAuthorization }),
      });
      this.proxied.set(protocol, agent);
    }
    return agent;
  }

  /** Reading the system's authorities takes a while, so only for connections that need them. */
  private tlsOptions(protocol: string): {
    readonly rejectUnauthorized?: boolean;
    readonly ca?: string[];
  } {
    return protocol === 'https:' ? { rejectUnauthorized: this.network.proxyStrictSsl, ca: trusted() } : {};
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
