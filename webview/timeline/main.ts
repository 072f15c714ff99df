import '@vscode/codicons/dist/codicon.css';
import './timeline.css';

import { config } from '@vscode/l10n';
import { Latest } from '../../src/base/latest';
import { unpackColumns } from '../../src/protocol/columns';
import { RpcClient } from '../../src/protocol/rpc';
import {
  earlyCalls,
  type OpenedTimeline,
  type PackedTrace,
  type TimelineContract,
  type TimelineState,
} from '../../src/protocol/timeline';
import { backendErrorText, timelineWords } from '../../src/words';
import { quietly } from '../shared/quietly';
import { loadToolkit } from '../shared/toolkit';
import { connectHost } from '../shared/vscodeApi';
import { messageView, OpeningView } from './openingView';
import { TimelineView } from './timelineView';

const host = connectHost<TimelineState>();
const client = new RpcClient<TimelineContract>(host.port);
const page = document.body;
const opening = new Latest();
let view: TimelineView | undefined;
let traceAhead: PackedTrace | undefined;

/** Opens the trace, or looks whether the one on screen has grown; `early` is what the page asked before this script was there. */
async function open(early?: { readonly callId: number }): Promise<void> {
  const waiting = view
    ? undefined
    : new OpeningView(page, () => {
        opening.cancel();
        showMessage(timelineWords.openCancelled(), { onTryAgain: () => void open() });
      });
  const known = view?.growthMark;
  try {
    const opened = await opening.run(async (signal) => {
      const answer = await (early
        ? client.answerTo<'open'>(early.callId, signal)
        : client.call('open', known === undefined ? {} : { known }, signal));
      const { trace } = answer;
      // What was sent to a page that was hidden meanwhile is lost.
      return trace.ok && trace.value === 'sentAhead' && !traceAhead
        ? client.call('open', {}, signal)
        : answer;
    });
    if (opened) {
      show(opened);
    }
  } catch (error) {
    // A trace on screen stays there: only the look for more of it failed.
    if (!view) {
      const detail = error instanceof Error ? error.message : String(error);
      showMessage(timelineWords.openFailed(), { detail, onTryAgain: () => void open() });
    }
  } finally {
    waiting?.end();
  }
}

const busyDelayMs = 1000;
let lookTimer: number | undefined;

/** Looks whether the trace has grown, once nobody types, drags or has marked text: the page is made anew when it has. */
function look(): void {
  clearTimeout(lookTimer);
  const busy = isTextFocused() || document.getSelection()?.isCollapsed === false || page.matches(':active');
  if (busy) {
    lookTimer = window.setTimeout(look, busyDelayMs);
  } else {
    void open();
  }
}

function show(opened: OpenedTimeline): void {
  const { trace: answer } = opened;
  if (!answer.ok) {
    if (!view) {
      showMessage(backendErrorText(timelineWords.store(), answer.error), { onTryAgain: () => void open() });
    }
    return;
  }
  const packed = answer.value === 'sentAhead' ? traceAhead : answer.value;
  traceAhead = undefined;
  if (!packed) {
    return;
  }
  const trace = unpackColumns(packed);
  if (trace.spans.count === 0) {
    showMessage(timelineWords.noSpans(), {});
    return;
  }
  const before = view;
  const focus = before?.element.contains(document.activeElement) ?? true;
  view = new TimelineView(trace, client, {
    state: before?.state() ?? host.getState() ?? opened.state,
    before,
    compact: opened.compact,
    editorBeside: opened.editorBeside,
    saveState: (kept) => {
      host.setState(kept);
      quietly(client.call('saveState', kept));
    },
  });
  before?.dispose();
  page.replaceChildren(view.element);
  view.start({ focus });
}

function showMessage(text: string, more: Parameters<typeof messageView>[1]): void {
  view?.dispose();
  view = undefined;
  page.replaceChildren(messageView(text, more));
  void loadToolkit();
}

client.on('traceAhead', (packed) => {
  traceAhead = packed;
});
client.on('command', ({ command }) => {
  view?.run(command);
});
client.on('traceChanged', look);
client.on('linesChanged', () => {
  view?.refreshLines();
});
client.on('editorBeside', ({ beside }) => {
  view?.setEditorBeside(beside);
});
client.on('compact', ({ compact }) => {
  view?.setCompact(compact);
});

function isTextFocused(): boolean {
  return document.activeElement?.tagName === 'VSCODE-TEXT-FIELD';
}

/** Tells VS Code where the focus is, for the `when` of keybindings. */
function reportFocus(): void {
  quietly(
    client.call('focusChanged', {
      focused: document.hasFocus(),
      textFocused: document.hasFocus() && isTextFocused(),
    }),
  );
}
window.addEventListener('focus', () => {
  reportFocus();
  if (document.activeElement === document.body) {
    view?.focus();
  }
});
window.addEventListener('blur', reportFocus);
document.addEventListener('focusin', reportFocus);
document.addEventListener('focusout', () => {
  // While focus moves, the active element is the body.
  queueMicrotask(reportFocus);
});

// Asked first and so answered first: the page says nothing before it knows in which language.
void client.answerTo<'translations'>(earlyCalls.translations).then((contents) => {
  if (contents) {
    config({ contents });
  }
});
void open({ callId: earlyCalls.open });
