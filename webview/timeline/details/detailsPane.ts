import { Latest } from '../../../src/base/latest';
import { attributesOf } from '../../../src/core/model/attributes';
import { StatusCode } from '../../../src/core/model/spanTable';
import { SpanFlag } from '../../../src/core/model/trace';
import { durationText, offsetText } from '../../../src/core/timeline/durationText';
import { ErrorRole, failedByOrigin } from '../../../src/core/timeline/errorOrigins';
import type { ResolvedException, ResolvedFrame } from '../../../src/protocol/resolve';
import { RemoteError, type RpcClient } from '../../../src/protocol/rpc';
import type { FrameReference, SourcePreview, TimelineContract } from '../../../src/protocol/timeline';
import {
  failureWords,
  joinFacts,
  originText,
  selfTimeText,
  spanKindText,
  thrownAtText,
  timelineWords,
  traceShareText,
} from '../../../src/words';
import { element, icon } from '../../shared/element';
import { quietly } from '../../shared/quietly';
import { iconButton } from '../../shared/toolkit';
import { lineCard, type HoverCard } from '../hoverCard';
import type { TimelineSession } from '../session';
import { oddities } from '../treeRows';
import { attributeSection } from './attributeSection';
import { codeSection } from './codeSection';
import { eventSection, linkSection } from './eventSections';
import { exceptionSection } from './exceptionSection';
import type { Folding } from './section';

/** How the pane lies: right of the waterfall, below it in two columns or one, or in its place. */
export type DetailsLayout = 'right' | 'below-two' | 'below-one' | 'instead';

/** What the pane asks of the view around it. */
export interface DetailsListener extends Folding {
  onClose(): void;
  onToggleLayout(): void;
  onOpen(reference: FrameReference): void;
  onFind(key: string, value: string): void;
  onSelect(node: number): void;
}

interface SpanAnswers {
  readonly frame: ResolvedFrame | undefined;
  readonly preview: SourcePreview | undefined;
  readonly exceptions: readonly ResolvedException[];
}

/** Everything about the selected span, as text that can be selected and copied. */
export class DetailsPane {
  readonly element = element('aside', {
    class: 'details',
    attributes: { 'aria-label': timelineWords.detailsOfSpan() },
  });
  private readonly session: TimelineSession;
  private readonly client: RpcClient<TimelineContract>;
  private readonly listener: DetailsListener;
  private readonly card: HoverCard;
  private readonly asking = new Latest();
  private layout: DetailsLayout = 'right';
  private shownRow: number | undefined;
  private answers: SpanAnswers | undefined;
  editorBeside = false;

  constructor(
    session: TimelineSession,
    client: RpcClient<TimelineContract>,
    card: HoverCard,
    listener: DetailsListener,
  ) {
    this.session = session;
    this.client = client;
    this.card = card;
    this.listener = listener;
  }

  setLayout(layout: DetailsLayout): void {
    if (layout !== this.layout) {
      this.layout = layout;
      if (this.element.hasChildNodes()) {
        this.render();
      }
    }
  }

  /** Shows a span: what the trace holds at once, lines and exceptions when the host has answered. */
  async show(row: number | undefined): Promise<void> {
    if (row !== this.shownRow || !this.element.hasChildNodes()) {
      this.shownRow = row;
      this.answers = undefined;
      this.render();
      this.element.scrollTop = 0;
    }
    await this.refresh();
  }

  /** Goes on with the same span of a trace that has grown. */
  takeOver(before: DetailsPane, row: number): void {
    this.shownRow = row;
    this.answers = before.answers;
    this.render();
    const { scrollTop } = before.element;
    requestAnimationFrame(() => {
      this.element.scrollTop = scrollTop;
    });
  }

  /** Asks the host again, for lines that may have changed. */
  async refresh(): Promise<void> {
    const row = this.shownRow;
    if (row === undefined) {
      return;
    }
    const answers = await this.asking
      .run((signal) => this.ask(row, signal))
      .catch((error: unknown) => {
        // What the trace holds is shown all the same; lines come when the analysis has started again and says so.
        if (error instanceof RemoteError) {
          return undefined;
        }
        throw error;
      });
    if (answers) {
      this.answers = answers;
      this.renderReleased();
    }
  }

  setEditorBeside(beside: boolean): void {
    if (beside !== this.editorBeside) {
      this.editorBeside = beside;
      void this.refresh();
    }
  }

  private async ask(row: number, signal: AbortSignal): Promise<SpanAnswers> {
    const [frames, exceptions, { preview }] = await Promise.all([
      this.client.call('spanFrames', { rows: [row] }, signal),
      this.session.hasFlag(row, SpanFlag.exception)
        ? this.client.call('spanExceptions', { row }, signal)
        : Promise.resolve([]),
      // With the editor beside the same lines twice would be noise.
      this.editorBeside
        ? Promise.resolve({ preview: undefined })
        : this.client.call('preview', { row }, signal),
    ]);
    return { frame: frames[0]?.frame, exceptions, preview };
  }

  /** Renders once nothing in the pane is pressed: without the element that was pressed there would be no click. */
  private renderReleased(): void {
    if (!this.element.matches(':active')) {
      this.render();
      return;
    }
    const released = (): void => {
      window.removeEventListener('pointerup', released);
      window.removeEventListener('pointercancel', released);
      // The click comes right after the release.
      requestAnimationFrame(() => {
        this.renderReleased();
      });
    };
    window.addEventListener('pointerup', released);
    window.addEventListener('pointercancel', released);
  }

  private render(): void {
    const { session, shownRow: row, listener } = this;
    this.element.dataset['layout'] = this.layout;
    this.element.setAttribute('aria-busy', String(this.answers === undefined && row !== undefined));
    if (row === undefined) {
      this.element.replaceChildren(
        element('div', { class: 'dim details-none', text: timelineWords.noSpan() }),
      );
      return;
    }
    const { trace, strings } = session;
    const code: (HTMLElement | undefined)[] = [this.codePart(row), this.exceptionPart(row)];
    const attributeListener = {
      onCopy: (text: string) => {
        quietly(this.client.call('copyText', { text }));
      },
      onFind: (key: string, value: string) => {
        listener.onFind(key, value);
      },
    };
    const data = [
      attributeSection(
        {
          id: 'attributes',
          title: timelineWords.attributes(),
          attributes: attributesOf(strings, trace.spans.attributes, row),
        },
        listener,
        attributeListener,
      ),
      eventSection(session, row, listener),
      linkSection(session, row, listener, {
        onSelect: (node) => {
          listener.onSelect(node);
        },
        onOpenTrace: (traceId) => {
          quietly(this.client.call('openTrace', { traceId }));
        },
      }),
      attributeSection(
        {
          id: 'resource',
          title: timelineWords.resource(),
          attributes: attributesOf(strings, trace.spans.resources.attributes, trace.spans.resource[row]!),
        },
        listener,
        attributeListener,
      ),
    ];
    const column = (parts: readonly (HTMLElement | undefined)[]): HTMLElement =>
      element('div', { class: 'details-column' }, ...parts);
    const { scrollTop } = this.element;
    this.element.replaceChildren(
      this.head(row),
      element(
        'div',
        { class: 'details-body' },
        ...(this.layout === 'below-two' ? [column(code), column(data)] : [column([...code, ...data])]),
      ),
    );
    this.element.scrollTop = scrollTop;
  }

  private head(row: number): HTMLElement {
    const { session, layout, listener } = this;
    const role = session.roles[row];
    const mark =
      role === ErrorRole.none ? undefined : icon(role === ErrorRole.origin ? 'error' : 'close', 'error');
    const durationNs = session.shownDurationNs(row);
    const selfText = selfTimeText(durationText(session.selfTime(row).totalNs));
    const origin =
      role === ErrorRole.origin ? originText(failedByOrigin(session.trace, session.roles, row)) : undefined;
    const open = session.hasFlag(row, SpanFlag.open);
    const duration = open ? `> ${durationText(durationNs)}` : durationText(durationNs);
    const odd = [open ? timelineWords.openSpan() : '', oddities(session, row)].filter(Boolean).join(', ');
    const buttons = [
      layout === 'right' || layout.startsWith('below')
        ? iconButton({
            icon: layout === 'right' ? 'layout-panel-off' : 'layout-sidebar-right-off',
            label: layout === 'right' ? timelineWords.detailsBelow() : timelineWords.detailsRight(),
            onClick: () => {
              listener.onToggleLayout();
            },
          })
        : undefined,
      layout === 'instead'
        ? undefined
        : iconButton({
            icon: 'close',
            label: timelineWords.close(),
            onClick: () => {
              listener.onClose();
            },
          }),
    ];
    const back =
      layout === 'instead'
        ? iconButton({
            icon: 'arrow-left',
            label: timelineWords.back(),
            onClick: () => {
              listener.onClose();
            },
          })
        : undefined;
    const name = element('h2', { text: session.name(row) || failureWords.unnamed() });
    const status = this.statusMessage(row);
    const statusLine =
      status === '' ? undefined : element('div', { class: 'details-line error-word', text: status });
    if (layout.startsWith('below')) {
      const facts = [session.serviceName(row), duration, selfText, origin && lowerFirst(origin), odd];
      return element(
        'div',
        { class: 'details-head one-line' },
        element(
          'div',
          { class: 'details-title' },
          mark,
          name,
          element('span', { class: 'dim details-facts', text: joinFacts(facts) }),
          element('span', { class: 'gap' }),
          ...buttons,
        ),
        statusLine,
      );
    }
    const facts = [
      session.serviceName(row),
      spanKindText(session.trace.spans.kinds[row]!),
      duration,
      selfText,
      offsetText(session.startNs(row)),
      session.trace.durationNs > 0 ? traceShareText(durationNs, session.trace.durationNs) : '',
    ];
    return element(
      'div',
      { class: 'details-head' },
      element(
        'div',
        { class: 'details-title' },
        back,
        mark,
        name,
        element('span', { class: 'gap' }),
        ...buttons,
      ),
      factsLine(facts),
      origin === undefined ? undefined : element('div', { class: 'details-line dim', text: origin }),
      odd === '' ? undefined : element('div', { class: 'details-line dim', text: odd }),
      statusLine,
    );
  }

  /** The status message, unless the exception says the same. */
  private statusMessage(row: number): string {
    const { trace, strings } = this.session;
    if (trace.spans.statuses[row] !== StatusCode.error) {
      return '';
    }
    const message = strings.get(trace.spans.statusMessages[row]!);
    const said = this.answers?.exceptions.some(
      (exception) => exception.message !== undefined && message.includes(exception.message),
    );
    return said === true ? '' : message;
  }

  private codePart(row: number): HTMLElement | undefined {
    const { answers } = this;
    // A stack without a line of the project's is told of by the exception.
    if (!answers || (!answers.frame && answers.exceptions.length > 0)) {
      return undefined;
    }
    return codeSection(
      answers.frame,
      answers.preview,
      this.session.roles[row] !== ErrorRole.none,
      this.listener,
      {
        onOpen: () => {
          this.listener.onOpen({ row });
        },
        onHover: (target, frame) => {
          this.hover(target, frame, `code ${row}`, { row });
        },
      },
    );
  }

  private exceptionPart(row: number): HTMLElement | undefined {
    const exceptions = this.answers?.exceptions ?? [];
    if (exceptions.length === 0) {
      return undefined;
    }
    return exceptionSection(exceptions, this.thrownAt(row), this.listener, {
      onOpen: (exception, frame) => {
        this.listener.onOpen({ row, exception, frame });
      },
      onHover: (target, frame, exception, index) => {
        this.hover(target, frame, `frame ${row} ${exception} ${index}`, { row, exception, frame: index });
      },
      onCopy: (text) => {
        quietly(this.client.call('copyText', { text }));
      },
    });
  }

  private thrownAt(row: number): string {
    const { trace, strings } = this.session;
    const { offsets, names, timeUnixNano } = trace.spans.events;
    for (let event = offsets[row]!; event < offsets[row + 1]!; event++) {
      if (strings.get(names[event]!) === 'exception') {
        return thrownAtText(offsetText(Number(timeUnixNano[event]! - trace.epochNs)));
      }
    }
    return '';
  }

  private hover(target: HTMLElement, frame: ResolvedFrame, key: string, reference: FrameReference): void {
    this.card.request(key, {
      box: target.getBoundingClientRect(),
      content: () =>
        lineCard(frame, () => {
          this.listener.onOpen(reference);
        }),
    });
    target.addEventListener(
      'pointerleave',
      () => {
        this.card.leave();
      },
      { once: true },
    );
  }
}

/** A line of facts that breaks between facts, never within one. */
function factsLine(facts: readonly string[]): HTMLElement {
  const line = element('div', { class: 'details-line dim' });
  for (const fact of facts.filter(Boolean)) {
    line.append(line.childNodes.length === 0 ? '' : ' · ', element('span', { class: 'fact', text: fact }));
  }
  return line;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
