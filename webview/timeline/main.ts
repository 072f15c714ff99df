import '@vscode/codicons/dist/codicon.css';
import './timeline.css';

import { unpackColumns } from '../../src/protocol/columns';
import { RpcClient } from '../../src/protocol/rpc';
import type { TimelineContract, TimelineState } from '../../src/protocol/timeline';
import { backendErrorText, timelineWords } from '../../src/words';
import { element } from '../shared/element';
import { progressRing, registerToolkit, textButton } from '../shared/toolkit';
import { connectHost } from '../shared/vscodeApi';
import { TimelineView } from './timelineView';

/** A skeleton for a moment's wait would flash; after this long it is drawn. */
const skeletonAfterMs = 150;
const progressAfterMs = 1000;

registerToolkit();
const host = connectHost<TimelineState>();
const client = new RpcClient<TimelineContract>(host.port);
let view: TimelineView | undefined;

async function open(): Promise<void> {
  const waiting = waitingView();
  try {
    const opened = await client.call('open', undefined);
    waiting.remove();
    if (!opened.trace.ok) {
      showMessage(backendErrorText(timelineWords.store(), opened.trace.error), true);
      return;
    }
    const trace = unpackColumns(opened.trace.value);
    if (trace.spans.count === 0) {
      showMessage(timelineWords.noSpans(), false);
      return;
    }
    const state = view?.state() ?? host.getState() ?? opened.state;
    view?.dispose();
    view = new TimelineView(trace, client, {
      state,
      compact: opened.compact,
      editorBeside: opened.editorBeside,
      saveState: (kept) => {
        host.setState(kept);
        void client.call('saveState', kept);
      },
    });
    document.body.replaceChildren(view.element);
    view.focus();
  } finally {
    waiting.remove();
  }
}

function waitingView(): { remove(): void } {
  if (view) {
    return { remove: () => undefined };
  }
  const skeleton = element('div', { class: 'skeleton', attributes: { 'aria-hidden': 'true' } });
  const progress = element(
    'div',
    { class: 'message', attributes: { role: 'status' } },
    progressRing(),
    element('p', { text: timelineWords.loading() }),
  );
  const timers = [
    setTimeout(() => {
      document.body.replaceChildren(skeleton);
    }, skeletonAfterMs),
    setTimeout(() => {
      document.body.replaceChildren(progress);
    }, progressAfterMs),
  ];
  return {
    remove() {
      timers.forEach(clearTimeout);
      skeleton.remove();
      progress.remove();
    },
  };
}

function showMessage(text: string, again: boolean): void {
  view?.dispose();
  view = undefined;
  document.body.replaceChildren(
    element(
      'div',
      { class: 'message', attributes: { role: 'alert' } },
      element('p', { text }),
      again ? textButton(timelineWords.tryAgain(), () => void open()) : undefined,
    ),
  );
}

client.on('command', ({ command }) => {
  view?.run(command);
});
client.on('reveal', ({ spanId }) => {
  view?.revealSpan(spanId);
});
client.on('traceChanged', () => void open());
client.on('linesChanged', () => {
  view?.refreshLines();
});
client.on('editorBeside', ({ beside }) => {
  view?.setEditorBeside(beside);
});
client.on('compact', ({ compact }) => {
  view?.setCompact(compact);
});

/** Tells VS Code where the focus is, for the `when` of keybindings. */
function reportFocus(): void {
  const active = document.activeElement;
  const text = active?.tagName === 'VSCODE-TEXT-FIELD';
  void client.call('focusChanged', {
    focused: document.hasFocus(),
    textFocused: document.hasFocus() && text,
  });
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

void open();
