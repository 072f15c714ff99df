import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { stringsOf } from '../../../src/core/model/attributes';
import type { Trace } from '../../../src/core/model/trace';
import type { TimelineState } from '../../../src/protocol/timeline';
import { launchBrowser } from '../../kit/browser.mts';
import {
  checkoutExceptions,
  checkoutFrame,
  checkoutSource,
  checkoutTrace,
  checkoutTraceId,
} from '../../kit/checkoutSample';
import { waitFor } from '../../kit/deadline.mts';
import { traceFromDrawing } from '../../kit/drawTrace';
import { bundleWebview, WebviewPage, type WebviewPageOptions } from '../../kit/webviewPage';

/** Names that would do something if a page took them for markup, a pattern or a command. */
const hostile = '<img/src=x/onerror=document.title=1>';

function sampleOptions(trace: Trace): Pick<WebviewPageOptions, 'trace' | 'answers'> {
  const strings = stringsOf(trace.spans);
  const name = (row: number): string => strings.get(trace.spans.names[row]!);
  return {
    trace,
    answers: {
      spanFrames: ({ rows }) =>
        rows.flatMap((row) => {
          const frame = checkoutFrame(name(row), 0);
          return frame ? [{ row, frame }] : [];
        }),
      spanExceptions: ({ row }) => (name(row) === 'orders.find' ? checkoutExceptions() : []),
      preview: () => ({
        preview: { firstLineBase1: 83, lines: checkoutSource, languageId: 'python' },
      }),
      openFrame: () => ({ opened: true }),
    },
  };
}

/** `grown` with the ids that spans of these names have in `first`. */
function sameIds(first: Trace, grown: Trace): Trace {
  const nameOf = (trace: Trace, row: number): string => stringsOf(trace.spans).get(trace.spans.names[row]!);
  const spanIds = new Uint8Array(grown.spans.spanIds.length).fill(7);
  const rowOf = new Map(Array.from({ length: first.spans.count }, (_, row) => [nameOf(first, row), row]));
  for (let row = 0; row < grown.spans.count; row++) {
    const before = rowOf.get(nameOf(grown, row));
    spanIds[row * 8] = row;
    if (before !== undefined) {
      spanIds.set(first.spans.spanIds.subarray(before * 8, before * 8 + 8), row * 8);
    }
  }
  return { ...grown, spans: { ...grown.spans, spanIds } };
}

describe('timeline webview', function () {
  this.timeout(60_000);
  let browser: Browser;
  let bundle: ReadonlyMap<string, Uint8Array>;
  let opened: WebviewPage | undefined;

  before(async () => {
    [browser, bundle] = await Promise.all([launchBrowser(() => undefined), bundleWebview()]);
  });

  after(async () => {
    await browser.close();
  });

  afterEach(async () => {
    const complaints = opened?.complaints ?? [];
    await opened?.close();
    opened = undefined;
    assert.deepEqual(complaints, [], 'no error, and nothing against the policy of the page');
  });

  async function open(options: Partial<WebviewPageOptions> = {}): Promise<WebviewPage> {
    opened = await WebviewPage.open(browser, bundle, {
      ...sampleOptions(checkoutTrace()),
      theme: 'dark',
      sizePx: { width: 1124, height: 800 },
      ...options,
    });
    return opened;
  }

  const selected = async (view: WebviewPage): Promise<string> =>
    view.page
      .locator('[role="row"][aria-selected="true"]')
      .getAttribute('aria-label')
      .then((label) => label ?? '');

  it('opens at the failure that ended last, with its line, exception and attributes', async () => {
    const view = await open();
    assert.match(await selected(view), /^orders\.find, orders, 30\.0 s, the error began here, db\.py:88/);
    const details = view.page.locator('.details');
    await details.getByText('AutoReconnect').first().waitFor();
    assert.match(await details.locator('.section-code').innerText(), /db\.py:88\s+exact/);
    assert.match(
      await details.locator('.preview-line.current').innerText(),
      /88\s+doc = coll\.find_one\(q\)/,
    );
    assert.equal(await view.page.locator('.error-position').innerText(), '2 of 2 errors');
    assert.match(await view.page.locator('.banner').innerText(), /2 spans arrived without their parent/);
  });

  it('moves, collapses and expands by keys as trees do', async () => {
    const view = await open();
    const rows = view.page.locator('[role="treegrid"]');
    await rows.focus();
    const press = async (...keys: string[]): Promise<string> => {
      for (const key of keys) {
        await view.page.keyboard.press(key);
      }
      await view.settle();
      return (await selected(view)).split(',')[0]!;
    };
    assert.equal(await press('ArrowDown'), 'hello mongo-1');
    assert.equal(await press('ArrowLeft'), 'orders.find');
    assert.equal(await press('Home'), 'POST /checkout');
    const countBefore = await rows.getAttribute('aria-rowcount');
    assert.equal(await press('ArrowLeft', 'ArrowDown'), 'inventory');
    assert.equal(await press('Home', 'ArrowRight', 'ArrowRight'), 'verifySession');
    assert.equal(await rows.getAttribute('aria-rowcount'), countBefore);
    assert.equal(await press('End'), 'UPDATE stock');
  });

  it('follows the selection without taking the focus, and goes to code on Enter', async () => {
    const view = await open();
    await view.page.locator('[role="treegrid"]').focus();
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('ArrowUp');
    await view.page.keyboard.press('Enter');
    await view.settle();
    const calls = view.callsOf('openFrame') as readonly {
      readonly row: number;
      readonly preserveFocus: boolean;
      readonly onlyBeside?: boolean;
    }[];
    assert.equal(calls[0]?.onlyBeside, true);
    assert.ok(calls.slice(0, -1).every(({ preserveFocus }) => preserveFocus));
    assert.equal(calls.at(-1)?.preserveFocus, false);
    assert.equal(calls.at(-1)?.row, calls.at(-2)?.row);
    await view.command('toggleFollowCode');
    const before = view.callsOf('openFrame').length;
    await view.page.keyboard.press('ArrowDown');
    await view.settle();
    assert.equal(view.callsOf('openFrame').length, before);
  });

  it('steps through the errors around the end', async () => {
    const view = await open();
    await view.command('nextError');
    assert.match(await selected(view), /^POST \/v2\/auth/);
    assert.equal(await view.page.locator('.error-position').innerText(), '1 of 2 errors');
    await view.command('previousError');
    assert.match(await selected(view), /^orders\.find/);
  });

  it('takes service:cache0[ in Find as text and as nothing else', async () => {
    const view = await open();
    await view.command('find');
    const input = view.page.getByRole('textbox', { name: 'Find' });
    await input.waitFor();
    await view.settle();
    const before = await selected(view);
    const bare: string[] = [];
    await view.page.exposeFunction('bareKey', (key: string) => bare.push(key));
    await view.page.evaluate(`window.addEventListener('keydown', (event) => { bareKey(event.key); })`);
    await input.pressSequentially('service:cache0[');
    await view.settle();
    assert.equal(await input.inputValue(), 'service:cache0[');
    assert.equal(await view.page.locator('.find-count').innerText(), 'No spans found');
    assert.equal(await selected(view), before);
    assert.deepEqual(bare, [], 'no key leaves the field');
    const focus = view.callsOf('focusChanged').at(-1) as { readonly textFocused: boolean };
    assert.equal(focus.textFocused, true);
  });

  it('finds, steps and filters', async () => {
    const view = await open();
    await view.command('find');
    const input = view.page.getByRole('textbox', { name: 'Find' });
    await input.fill('service:inventory');
    await view.settle();
    assert.equal(await view.page.locator('.find-count').innerText(), '4 spans');
    await input.press('Enter');
    await view.settle();
    assert.match(await selected(view), /^stock\.release/);
    assert.match(await view.page.locator('.find-count').innerText(), /^\d of 4 spans$/);
    await view.page.getByRole('button', { name: 'Show Only Matches and Their Parents' }).click();
    await view.settle();
    const names = await view.page.locator('[role="row"] .name').allInnerTexts();
    assert.deepEqual(names.slice(0, 6), [
      'POST /checkout',
      'POST /orders',
      'POST /orders',
      'reserve_stock',
      'POST /reserve',
      'UPDATE stock',
    ]);
    await input.press('Escape');
    await view.settle();
    assert.equal(await view.page.locator('[role="treegrid"]').getAttribute('aria-rowcount'), '27');
  });

  it('opens the frame that was clicked by its place, never by a path', async () => {
    const view = await open();
    await view.page.locator('.frame', { hasText: 'charge' }).click();
    await view.settle();
    const call = view.callsOf('openFrame').at(-1) as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.keys(call).sort(), ['exception', 'frame', 'preserveFocus', 'row']);
    assert.deepEqual([call['exception'], call['frame']], [0, 1]);
  });

  it('folds library frames and long values', async () => {
    const view = await open();
    const library = view.page.locator('.library-head').first();
    await library.waitFor();
    assert.equal(await view.page.locator('.frame.library:visible').count(), 0);
    await library.click();
    assert.equal(await view.page.locator('.frame.library:visible').count(), 14);
    const statement = view.page.locator('.pair', { hasText: 'db.statement' });
    await statement.getByText(/Show all/).click();
    assert.match(await statement.locator('.value').innerText(), /n{900}/);
  });

  it('explains a line after the pointer rests on it', async () => {
    const view = await open();
    await view.page.locator('.location', { hasText: 'pricing.go:58' }).hover();
    const card = view.page.locator('.hover-card');
    await card.waitFor();
    assert.match(
      await card.innerText(),
      /pricing\.go:58\s+likely[\s\S]*Only the file's name agrees\.[\s\S]*Go to Line/,
    );
  });

  it('zooms by command and shows the whole trace again', async () => {
    const view = await open();
    await view.page.emulateMedia({ reducedMotion: 'reduce' });
    const whole = await view.saved(({ viewport }) => viewport !== undefined);
    const lengthNs = ({ viewport }: TimelineState): number => viewport!.endNs - viewport!.startNs;
    await view.command('zoomToSelection');
    const zoomed = await view.saved((state) => lengthNs(state) < lengthNs(whole));
    assert.ok(zoomed.viewport!.startNs <= 6.35e9 && zoomed.viewport!.endNs >= 36.35e9);
    await view.command('zoomToTrace');
    await view.saved(({ viewport }) => isDeepStrictEqual(viewport, whole.viewport));
  });

  it('comes back as it was left', async () => {
    const view = await open();
    await view.page.locator('[role="treegrid"]').focus();
    await view.page.keyboard.press('Home');
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('ArrowLeft');
    await view.page.keyboard.press('ArrowLeft');
    await view.command('toggleCriticalPath');
    const state = await view.saved(({ showCriticalPath }) => !showCriticalPath);
    await view.close();
    const again = await open({ state });
    assert.match(await selected(again), /^POST \/checkout/);
    assert.equal(
      await again.page.getByRole('button', { name: 'Critical Path' }).getAttribute('aria-pressed'),
      'false',
    );
    assert.deepEqual(state.folds?.except.length, 1);
  });

  it('shows names of any content as text', async () => {
    const trace = traceFromDrawing(`
      ${hostile}  ${hostile} |=====| error, exception ${hostile}: ${hostile}, key=${hostile}
    `);
    const view = await open({ trace, answers: {} });
    await view.settle();
    assert.ok((await selected(view)).startsWith(hostile));
    assert.equal(await view.page.locator('img').count(), 0);
    assert.equal(await view.page.title(), '');
    await view.page.getByText(hostile).first().waitFor();
  });

  it('puts the details below, in one column, and in place of the waterfall as the panel narrows', async () => {
    const view = await open();
    const layoutAt = async (width: number): Promise<string | undefined> => {
      await view.setWidth(width);
      return view.page.evaluate(`document.querySelector('.details').dataset.layout`);
    };
    assert.equal(await layoutAt(900), 'right');
    assert.equal(await layoutAt(899), 'below-two');
    assert.equal(await layoutAt(639), 'below-one');
    assert.equal(await layoutAt(419), 'instead');
    assert.equal(await view.page.locator('.details').isVisible(), false);
    await view.page.locator('[role="row"] .name', { hasText: 'verifySession' }).first().click();
    await view.settle();
    assert.equal(await view.page.locator('.main').isVisible(), false);
    await view.page.getByRole('button', { name: 'Back to the Waterfall' }).click();
    await view.settle();
    assert.equal(await view.page.locator('.main').isVisible(), true);
  });

  it('takes a click on a row whose line comes while it is pressed', async () => {
    const options = sampleOptions(checkoutTrace());
    let isKnown = false;
    const answers = {
      ...options.answers,
      spanFrames: (request: { readonly rows: readonly number[] }) =>
        isKnown ? (options.answers?.spanFrames?.(request) ?? []) : [],
    };
    const view = await open({ ...options, answers });
    const row = view.page.locator('[role="row"]', { hasText: 'charge' }).first();
    await row.locator('.name').hover();
    await view.settle();
    await view.page.mouse.down();
    isKnown = true;
    await view.emit('linesChanged', undefined);
    await view.page.locator('[role="row"] .location-text').first().waitFor();
    await view.page.mouse.up();
    await view.settle();
    assert.match(await selected(view), /^charge/);
    await row.locator('.location-text').waitFor();
  });

  it('takes a click in the details whose answers come while it is pressed', async () => {
    const options = sampleOptions(checkoutTrace());
    let isKnown = false;
    const answers = {
      ...options.answers,
      spanFrames: (request: { readonly rows: readonly number[] }) =>
        isKnown ? (options.answers?.spanFrames?.(request) ?? []) : [],
    };
    const view = await open({ ...options, answers });
    const title = view.page.locator('.details .section-resource .section-title');
    await title.hover();
    await view.settle();
    assert.equal(await title.getAttribute('aria-expanded'), 'false');
    await view.page.mouse.down();
    isKnown = true;
    await view.emit('linesChanged', undefined);
    await view.page.locator('[role="row"] .location-text').first().waitFor();
    await view.settle();
    await view.page.mouse.up();
    await view.page.locator('.details .section-code').getByText('db.py:88').first().waitFor();
    assert.equal(await title.getAttribute('aria-expanded'), 'true');
  });

  it('draws only the rows on screen of a trace with many', async () => {
    const lines = Array.from({ length: 900 }, (_, i) => `    a  child${i} | = |`);
    const view = await open({
      trace: traceFromDrawing(`\n  a  root | === |\n${lines.join('\n')}\n`),
      answers: {},
    });
    assert.equal(await view.page.locator('[role="treegrid"]').getAttribute('aria-rowcount'), '901');
    assert.ok((await view.page.locator('[role="row"]').count()) < 60);
  });

  it('says that opening failed, and opens when asked again', async () => {
    const view = await open({ opens: [{ threw: 'analysis stopped with code 1' }] });
    const message = view.page.getByRole('alert');
    await message.waitFor();
    assert.match(await message.innerText(), /could not be opened\.\s+analysis stopped with code 1/);
    await view.page.getByText('Try Again').click();
    await view.page.locator('[role="row"]').first().waitFor();
  });

  it('gives the controls the colours of the theme', async () => {
    const view = await open({ opens: [{ threw: 'analysis stopped' }], theme: 'light' });
    const wanted = await view.page.evaluate<string>(`(() => {
      document.body.style.color = 'var(--vscode-button-secondaryBackground)';
      return getComputedStyle(document.body).color;
    })()`);
    const control = view.page.locator('vscode-button');
    await waitFor(`a button in ${wanted}`, async () =>
      control.evaluate((drawn, colour) => getComputedStyle(drawn).backgroundColor === colour, wanted),
    );
  });

  it('draws a skeleton, then progress that can be cancelled, while the trace is on its way', async () => {
    const view = await open({ opens: ['never'], clockStands: true });
    const { clock } = view.page;
    const skeletons = view.page.locator('.skeleton');
    await clock.runFor(149);
    assert.equal(await skeletons.count(), 0);
    await clock.runFor(1);
    assert.equal(await skeletons.count(), 1);
    await clock.runFor(849);
    assert.equal(await view.page.getByRole('status').count(), 0);
    await clock.runFor(1);
    assert.equal(await view.page.getByRole('status').count(), 1);
    await clock.resume();
    await view.page.getByText('Cancel', { exact: true }).click();
    assert.match(await view.page.getByRole('alert').innerText(), /was cancelled/);
    await view.page.getByText('Try Again').click();
    await view.page.locator('[role="row"]').first().waitFor();
  });

  it('keeps selection, collapse and zoom with their spans when the trace grows', async () => {
    const first = traceFromDrawing(`
      a  root      |====================|
        a  folded  | =======            |
          a  inside| ==                 |
        a  chosen  |          ====      |
    `);
    const grown = traceFromDrawing(`
      a  root      |====================|
        a  early   | =                  |
        a  folded  | =======            |
          a  more  | =                  |
          a  inside| ==                 |
        a  chosen  |          ====      | error
          a  below |           =        |
    `);
    // Drawings number their spans in order, so a span is found again here by its place: give each name the id it had.
    const view = await open({ trace: sameIds(first, grown), opens: [first, 'unchanged'], answers: {} });
    await view.page.locator('[role="treegrid"]').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowLeft', 'ArrowDown']) {
      await view.page.keyboard.press(key);
    }
    await view.emit('traceChanged', undefined);
    assert.match(await selected(view), /^chosen/);
    await view.emit('traceChanged', undefined);
    await view.page.locator('.name', { hasText: 'early' }).waitFor();
    assert.match(await selected(view), /^chosen/);
    const names = await view.page.locator('[role="row"] .name').allInnerTexts();
    assert.deepEqual(names, ['root', 'early', 'folded', 'chosen', 'below']);
    assert.equal(await view.page.evaluate(`document.activeElement?.role`), 'treegrid');
  });

  it('keeps what is collapsed of a trace that grew while it was hidden', async () => {
    const first = traceFromDrawing(`
      a  root      |====================|
        a  folded  | =======            |
          a  inside| ==                 |
        a  chosen  |          ====      |
    `);
    const grown = sameIds(
      first,
      traceFromDrawing(`
        a  root      |====================|
          a  early   | =                  |
            a  deep  | =                  |
          a  folded  | =======            |
            a  more  | =                  |
            a  inside| ==                 |
          a  chosen  |          ====      |
      `),
    );
    const before = await open({ trace: sameIds(first, first), answers: {} });
    await before.page.locator('[role="treegrid"]').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowLeft', 'ArrowDown']) {
      await before.page.keyboard.press(key);
    }
    const state = await before.saved(
      ({ folds, selectedSpanId }) => folds?.except.length === 1 && folds.except[0] !== selectedSpanId,
    );
    await before.close();
    const view = await open({ trace: grown, state, answers: {} });
    assert.match(await selected(view), /^chosen/);
    const names = await view.page.locator('[role="row"] .name').allInnerTexts();
    assert.deepEqual(names, ['root', 'early', 'deep', 'folded', 'chosen']);
  });

  it('stays in place when a script scrolls anything into view', async () => {
    const view = await open({ sizePx: { width: 1124, height: 503 } });
    const moved = await view.page.evaluate(`(() => {
      for (const target of document.querySelectorAll('.timeline *')) {
        target.scrollIntoView({ block: 'start', inline: 'start' });
        target.scrollIntoView({ block: 'end', inline: 'end' });
      }
      const around = [document.documentElement, document.body, ...document.querySelectorAll('.timeline, .body, .main, .stage')];
      return around.filter((element) => element.scrollTop !== 0 || element.scrollLeft !== 0).map((element) => element.className);
    })()`);
    assert.deepEqual(moved, []);
    assert.equal(
      await view.page.evaluate(`document.querySelector('.header').getBoundingClientRect().top`),
      0,
    );
  });

  it('keeps the selected row in view when an editor beside takes half of the panel', async () => {
    const view = await open({ sizePx: { width: 1124, height: 560 } });
    await view.page.locator('[role="treegrid"]').focus();
    await view.page.keyboard.press('End');
    await view.settle();
    await view.setWidth(620);
    const [row, scroller] = await Promise.all(
      ['[role="row"][aria-selected="true"]', '.scroller'].map((part) =>
        view.page.locator(part).boundingBox(),
      ),
    );
    assert.ok(row && scroller && row.y + row.height <= scroller.y + scroller.height + 1);
  });

  it('leaves the trace on screen where a look for more fails', async () => {
    const trace = checkoutTrace();
    const view = await open({ trace, opens: [trace, { threw: 'stopped' }] });
    await view.emit('traceChanged', undefined);
    assert.match(await selected(view), /^orders\.find/);
  });

  it('shows the trace that was sent ahead, and asks for one that was lost on the way', async () => {
    const ahead = await open({ opens: [{ ahead: checkoutTrace() }, { threw: 'asked twice' }] });
    await ahead.page.locator('[role="row"]').first().waitFor();
    const lost = await open({ opens: ['lostAhead'] });
    await lost.page.locator('[role="row"]').first().waitFor();
  });

  it('speaks the language of VS Code', async () => {
    const view = await open({ translations: { 'Critical Path': 'Kritischer Pfad' } });
    assert.equal(await view.page.getByRole('button', { name: 'Kritischer Pfad' }).count(), 1);
  });

  it('copies the id of the trace by command', async () => {
    const view = await open();
    await view.command('copyTraceId');
    assert.deepEqual(view.callsOf('copyText'), [{ text: checkoutTraceId }]);
  });
});
