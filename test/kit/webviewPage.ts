import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Trace } from '../../src/core/model/trace';
import { timelineHtml } from '../../src/host/timeline/timelineHtml';
import { packColumns } from '../../src/protocol/columns';
import type { TimelineCommand, TimelineContract, TimelineState } from '../../src/protocol/timeline';
import { waitFor } from './deadline.mts';
import { variablesOfTheme, type WebviewTheme } from './webviewThemes';

type Methods = TimelineContract['methods'];
type Answers = {
  readonly [M in 'spanFrames' | 'spanExceptions' | 'preview' | 'openFrame']: (
    request: Methods[M]['request'],
  ) => Methods[M]['response'];
};

/** A call that the webview made. */
export interface HostCall {
  readonly method: string;
  readonly request: unknown;
}

/**
 * How the host answers one call of `open`: with a trace, with an error of its code, never, that nothing is new, or that the trace went ahead of
 * the answer, which it did or not.
 */
export type OpenAnswer =
  Trace | { readonly ahead: Trace } | { readonly threw: string } | 'never' | 'unchanged' | 'lostAhead';

/** What the page shows and what its host answers. */
export interface WebviewPageOptions {
  readonly trace: Trace;
  /** Answers to the first calls of `open`; `trace` answers the later ones. */
  readonly opens?: readonly OpenAnswer[];
  readonly translations?: Readonly<Record<string, string>>;
  readonly theme: WebviewTheme;
  readonly sizePx: { readonly width: number; readonly height: number };
  readonly answers?: Partial<Answers>;
  readonly state?: TimelineState;
  readonly editorBeside?: boolean;
  readonly densityPxPerPx?: number;
  /** The page's timers wait until the test runs its clock. */
  readonly clockStands?: boolean;
}

const origin = 'https://webview.invalid';
const nonce = 'n0nce';

/** Bundles the webview once, as the build does, into memory. */
export async function bundleWebview(): Promise<ReadonlyMap<string, Uint8Array>> {
  const outdir = await mkdtemp(path.join(tmpdir(), 'spanline-webview-'));
  try {
    const result = await build({
      entryPoints: [{ in: 'webview/timeline/main.ts', out: 'timeline' }],
      bundle: true,
      outdir,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'chrome136',
      splitting: true,
      loader: { '.css': 'css', '.ttf': 'file' },
      logLevel: 'warning',
    });
    return new Map(result.outputFiles.map((file) => [`/${path.basename(file.path)}`, file.contents]));
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

/** The timeline's real webview in a browser page under its real policy, with a host that the test plays. */
export class WebviewPage {
  readonly page: Page;
  readonly calls: HostCall[] = [];
  /** Errors of the page and violations of its policy. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(
    browser: Browser,
    bundle: ReadonlyMap<string, Uint8Array>,
    options: WebviewPageOptions,
  ): Promise<WebviewPage> {
    const context = await browser.newContext({
      viewport: options.sizePx,
      deviceScaleFactor: options.densityPxPerPx ?? 1,
      timezoneId: 'UTC',
      locale: 'en-US',
    });
    const opened = new WebviewPage(await context.newPage());
    await opened.start(bundle, options);
    return opened;
  }

  /** As a keybinding of VS Code would. */
  async command(command: TimelineCommand): Promise<void> {
    await this.emit('command', { command });
  }

  async emit<E extends keyof TimelineContract['events']>(
    event: E,
    value: TimelineContract['events'][E],
  ): Promise<void> {
    await this.page.evaluate(
      (message) =>
        new Promise<void>((resolve) => {
          // Called after the webview's own listener, which was there first.
          const onMessage = ({ data }: MessageEvent<Readonly<Record<string, unknown>>>): void => {
            if (data['t'] === 'event') {
              window.removeEventListener('message', onMessage);
              resolve();
            }
          };
          window.addEventListener('message', onMessage);
          window.postMessage(message, '*');
        }),
      { t: 'event', event, value },
    );
    await this.settle();
  }

  /** Gives the panel another width and waits until it is laid out in it. */
  async setWidth(widthPx: number): Promise<void> {
    await this.page.setViewportSize({ width: widthPx, height: this.page.viewportSize()?.height ?? 0 });
    // The browser hands the size on to the page later.
    await this.page.waitForFunction(`innerWidth === ${widthPx}`);
    await this.settle();
  }

  /** Waits until what was asked is drawn: two frames, as one is requested in the first. */
  async settle(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() => {
            requestAnimationFrame(() => {
              resolve();
            });
          });
        }),
    );
  }

  callsOf(method: string): readonly unknown[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.request);
  }

  /** Waits until the page has handed its host a state that `matches`; it does so some time after the last change. */
  async saved(matches: (state: TimelineState) => boolean): Promise<TimelineState> {
    return waitFor('the state to be saved', () => {
      const state = this.callsOf('saveState').at(-1) as TimelineState | undefined;
      return state !== undefined && matches(state) && state;
    });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  private async start(bundle: ReadonlyMap<string, Uint8Array>, options: WebviewPageOptions): Promise<void> {
    const { page } = this;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.complaints.push(message.text());
      }
    });
    const text = (file: string): string => new TextDecoder().decode(bundle.get(file));
    const html = timelineHtml({
      nonce,
      cspSource: origin,
      folderUri: origin,
      bundle: { script: text('/timeline.js'), style: text('/timeline.css') },
      language: 'en',
    });
    await page.route(`${origin}/**`, async (route) => {
      const file = new URL(route.request().url()).pathname;
      const body = bundle.get(file);
      if (file === '/') {
        await route.fulfill({ contentType: 'text/html', body: html });
      } else if (body) {
        await route.fulfill({ contentType: contentTypes[path.extname(file)] ?? '', body: Buffer.from(body) });
      } else {
        await route.fulfill({ status: 404 });
      }
    });
    await page.exposeFunction('playHost', (method: string, request: unknown) =>
      this.answer(method, request, options.answers ?? {}),
    );
    if (options.clockStands === true) {
      await page.clock.install({ time: 0 });
      await page.clock.pauseAt(1_000);
    }
    const theme = await variablesOfTheme(options.theme);
    // The bundler of the tests wraps named functions in a call of its own, which the page lacks.
    await page.addInitScript('globalThis.__name = (named) => named;');
    await page.addInitScript(installHost, {
      ...theme,
      opens: [...(options.opens ?? []), options.trace].map(openAnswer),
      translations: options.translations,
      state: options.state,
      editorBeside: options.editorBeside ?? false,
    });
    await page.goto(`${origin}/`);
    if (options.opens !== undefined && !isTrace(options.opens[0]!)) {
      return;
    }
    await page
      .locator('[role="treegrid"] [role="row"]')
      .first()
      .waitFor({ timeout: 10_000 })
      .catch((error: unknown) => {
        throw new Error(`The timeline drew no row: ${this.complaints.join('\n')}`, { cause: error });
      });
    await page.evaluate(() => document.fonts.ready);
    await this.settle();
  }

  private answer(method: string, request: unknown, answers: Partial<Answers>): unknown {
    this.calls.push({ method, request });
    switch (method) {
      case 'spanFrames':
        return answers.spanFrames?.(request as Methods['spanFrames']['request']) ?? [];
      case 'spanExceptions':
        return answers.spanExceptions?.(request as Methods['spanExceptions']['request']) ?? [];
      case 'preview':
        return answers.preview?.(request as Methods['preview']['request']) ?? {};
      case 'openFrame':
        return answers.openFrame?.(request as Methods['openFrame']['request']) ?? { opened: false };
      default:
        return undefined;
    }
  }
}

type PackedOpenAnswer =
  | { readonly shape: string; readonly buffer: string; readonly isAhead: boolean }
  | Exclude<OpenAnswer, Trace | { readonly ahead: Trace }>;

function isTrace(answer: OpenAnswer): answer is Trace {
  return typeof answer === 'object' && 'traceId' in answer;
}

function openAnswer(answer: OpenAnswer): PackedOpenAnswer {
  const isAhead = typeof answer === 'object' && 'ahead' in answer;
  const trace = isAhead ? answer.ahead : answer;
  if (!isTrace(trace)) {
    return trace;
  }
  const { shape, buffer } = packColumns(trace);
  return { shape, buffer: Buffer.from(buffer).toString('base64'), isAhead };
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

/** In the page: asks {@link WebviewPage}. */
declare function playHost(method: string, request: unknown): Promise<unknown>;

/** Runs in the page before the webview: VS Code's API and theme. */
function installHost(start: {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly opens: readonly PackedOpenAnswer[];
  readonly translations: Readonly<Record<string, string>> | undefined;
  readonly state: unknown;
  readonly editorBeside: boolean;
}): void {
  // Tests read it from the page.
  const page = Object.assign(globalThis, { keptState: start.state });
  // Before the webview's script, which runs once the document is parsed.
  document.addEventListener('readystatechange', () => {
    for (const [name, value] of Object.entries(start.variables)) {
      document.documentElement.style.setProperty(name, value);
    }
    document.body.className = start.bodyClass;
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(
      `policy: ${event.violatedDirective} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
    );
  });
  // VS Code holds messages back until the page has loaded.
  const loaded = new Promise<void>((resolve) => {
    window.addEventListener('load', () => {
      resolve();
    });
  });
  let openCalls = 0;
  const never = new Promise<never>(() => undefined);
  const acquireVsCodeApi = () => ({
    postMessage: (message: { t: string; id: number; method: string; request: unknown }) => {
      if (message.t !== 'call') {
        return;
      }
      const answer = async (): Promise<unknown> => {
        if (message.method === 'translations') {
          return start.translations;
        }
        if (message.method !== 'open') {
          return playHost(message.method, message.request);
        }
        const packed = start.opens[Math.min(openCalls++, start.opens.length - 1)]!;
        if (packed === 'never') {
          return never;
        }
        if (typeof packed === 'object' && 'threw' in packed) {
          throw new Error(packed.threw);
        }
        let value: unknown = packed === 'lostAhead' ? 'sentAhead' : undefined;
        if (typeof packed === 'object') {
          const bytes = Uint8Array.from(atob(packed.buffer), (char) => char.charCodeAt(0));
          value = { shape: packed.shape, buffer: bytes.buffer };
          if (packed.isAhead) {
            await loaded;
            window.postMessage({ t: 'event', event: 'traceAhead', value }, '*');
            value = 'sentAhead';
          }
        }
        return {
          trace: { ok: true, value },
          state: start.state,
          compact: false,
          editorBeside: start.editorBeside,
        };
      };
      const threw = ({ message: text }: Error): void => {
        window.postMessage({ t: 'threw', id: message.id, message: text, stack: '' }, '*');
      };
      void Promise.all([answer(), loaded]).then(([response]) => {
        if (message.method === 'open') {
          performance.mark('answered');
          const watch = (): void => {
            if (document.querySelector('[role="row"]')) {
              requestAnimationFrame(() => performance.mark('painted'));
            } else {
              requestAnimationFrame(watch);
            }
          };
          watch();
        }
        window.postMessage({ t: 'done', id: message.id, response }, '*');
      }, threw);
    },
    getState: () => page.keptState,
    setState: (state: unknown) => {
      page.keptState = state;
      return state;
    },
  });
  Object.assign(globalThis, { acquireVsCodeApi });
}
