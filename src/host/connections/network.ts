import * as vscode from 'vscode';

import type { NetworkOptions } from '../../protocol/analysis';

/** How requests leave, from VS Code's own `http.*` settings and the environment. */
export function networkOptions(): NetworkOptions {
  const http = vscode.workspace.getConfiguration('http');
  const usesProxy = http.get<string>('proxySupport', 'override') !== 'off';
  const proxy = usesProxy ? http.get<string>('proxy', '') || proxyOfEnvironment() : '';
  const authorization = http.get<string | null>('proxyAuthorization', null);
  return {
    ...(proxy === '' ? {} : { proxy }),
    noProxy: [...http.get<readonly string[]>('noProxy', []), ...noProxyOfEnvironment()],
    proxyStrictSsl: http.get('proxyStrictSSL', true),
    ...(authorization === null ? {} : { proxyAuthorization: authorization }),
  };
}

function proxyOfEnvironment(): string {
  const { env } = process;
  return env['HTTPS_PROXY'] ?? env['https_proxy'] ?? env['HTTP_PROXY'] ?? env['http_proxy'] ?? '';
}

function noProxyOfEnvironment(): readonly string[] {
  return (process.env['NO_PROXY'] ?? process.env['no_proxy'] ?? '')
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
}
