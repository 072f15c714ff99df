import { stat } from 'node:fs/promises';
import path from 'node:path';
import { FileIndex } from '../analysis/files/fileIndex';
import { StackResolver } from '../analysis/lines/resolver';
import { HttpClient } from '../backends/http';
import { LocalBackend } from '../backends/local/localBackend';
import { openBackend } from '../backends/registry';
import type { TimeWindow } from '../core/failures/failureGroup';
import { catchUp } from '../engine/catchUp';
import type { NetworkOptions } from '../protocol/analysis';
import type { TraceBackend } from '../protocol/backend';
import { cliText } from '../words';
import { readCommandLine } from './commandLine';
import { windowFrom } from './timeArguments';

/** What `failures` and `trace` were asked: where traces come from, which, and how to print. */
export interface SourceArguments {
  readonly db?: string;
  readonly jaeger?: string;
  readonly workspace?: string;
  readonly window: TimeWindow;
  readonly json: boolean;
  readonly positionals: readonly string[];
}

/** A backend to ask, with what must be closed after. */
export interface OpenSource {
  readonly backend: TraceBackend;
  /** As sentences name it. */
  readonly name: string;
  close(): void;
}

/** The arguments, or the sentence that says what is wrong with them. */
export function readSourceArguments(
  argv: readonly string[],
  syntax: { readonly command: string; readonly positionals: number },
  nowMs: number,
): SourceArguments | string {
  const given = readCommandLine(argv, {
    ...syntax,
    options: {
      db: 'value',
      jaeger: 'value',
      workspace: 'value',
      since: 'value',
      from: 'value',
      to: 'value',
      json: 'flag',
    },
  });
  if (typeof given === 'string') {
    return given;
  }
  const db = given.value('db');
  const jaeger = given.value('jaeger');
  const workspace = given.value('workspace');
  if (db === undefined && jaeger === undefined) {
    return cliText.needsSource(syntax.command);
  }
  if (db !== undefined && jaeger !== undefined) {
    return cliText.oneSource();
  }
  if (jaeger !== undefined && !/^https?:$/.test(protocolOf(jaeger))) {
    return cliText.badUrl(jaeger);
  }
  const window = windowFrom(
    { since: given.value('since'), from: given.value('from'), to: given.value('to') },
    nowMs,
  );
  if ('bad' in window) {
    return cliText.badTime(window.bad);
  }
  return {
    ...(db !== undefined && { db: path.resolve(db) }),
    ...(jaeger !== undefined && { jaeger }),
    ...(workspace !== undefined && { workspace: path.resolve(workspace) }),
    window,
    json: given.has('json'),
    positionals: given.positionals,
  };
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}

/** Opens the source, or says why it cannot be read. */
export async function openSource({ db, jaeger }: SourceArguments): Promise<OpenSource | string> {
  if (jaeger !== undefined) {
    const url = new URL(jaeger);
    const http = new HttpClient(networkFromEnvironment(url.protocol, process.env));
    const backend = openBackend(http, {
      id: 'jaeger',
      kind: 'jaeger',
      name: url.host,
      url: jaeger,
      secretHeaders: {},
    });
    return {
      backend,
      name: url.host,
      close: () => {
        http.dispose();
      },
    };
  }
  const file = db!;
  const store = await stat(file).catch(() => undefined);
  if (!store?.isFile()) {
    return cliText.noStore(file);
  }
  const backend = new LocalBackend(file);
  if (backend.isBehind()) {
    catchUp(file);
  }
  return {
    backend,
    name: path.basename(file),
    close: () => {
      backend.dispose();
    },
  };
}

/** The proxy that the environment names for a protocol, as other command-line programs read it. */
export function networkFromEnvironment(
  protocol: string,
  environment: Readonly<Record<string, string | undefined>>,
): NetworkOptions {
  // Set and empty means none, as for a variable that is not set.
  const read = (name: string): string | undefined =>
    [environment[name.toLowerCase()], environment[name]].find((value) => value !== undefined && value !== '');
  const proxy = read(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? read('ALL_PROXY');
  return {
    ...(proxy !== undefined && { proxy }),
    noProxy: (read('NO_PROXY') ?? '').split(','),
    proxyStrictSsl: true,
  };
}

/** A resolver over the workspace; `undefined` where none was asked for; a sentence where the folder is none. */
export async function openResolver(
  workspace: string | undefined,
): Promise<StackResolver | string | undefined> {
  if (workspace === undefined) {
    return undefined;
  }
  const folder = await stat(workspace).catch(() => undefined);
  if (!folder?.isDirectory()) {
    return cliText.badWorkspace(workspace);
  }
  const index = await FileIndex.open([{ name: path.basename(workspace), path: workspace }], {
    useGit: true,
  });
  return new StackResolver(index);
}
