import { durationText } from '../../src/core/timeline/durationText';
import { ErrorRole } from '../../src/core/timeline/errorOrigins';
import type { TimelineCommand } from '../../src/protocol/timeline';
import {
  errorPositionText,
  failureWords,
  joinFacts,
  serviceCountText,
  spanCountText,
  timelineWords,
} from '../../src/words';
import { element, icon, setText } from '../shared/element';
import { iconButton, setDisabled, setPressed } from '../shared/toolkit';
import { startTime } from './clock';
import type { TimelineSession } from './session';

/** Who and when the trace is, and the tools: errors, find, critical path, follow code, more. */
export class Header {
  readonly element: HTMLElement;
  private readonly session: TimelineSession;
  private readonly position = element('span', {
    class: 'error-position',
    attributes: { 'aria-live': 'polite' },
  });
  private readonly steppers: readonly HTMLElement[];
  private readonly toggles: Readonly<Record<'find' | 'criticalPath' | 'followCode', HTMLElement>>;

  constructor(session: TimelineSession, run: (command: TimelineCommand) => void) {
    this.session = session;
    const button = (iconName: string, label: string, command: TimelineCommand): HTMLElement =>
      iconButton({
        icon: iconName,
        label,
        onClick: () => {
          run(command);
        },
      });
    this.steppers = [
      button('chevron-left', timelineWords.previousError(), 'previousError'),
      button('chevron-right', timelineWords.nextError(), 'nextError'),
    ];
    this.toggles = {
      find: button('search', timelineWords.find(), 'find'),
      criticalPath: button('git-commit', timelineWords.criticalPath(), 'toggleCriticalPath'),
      followCode: button('go-to-file', timelineWords.followCode(), 'toggleFollowCode'),
    };
    const more = iconButton({
      icon: 'ellipsis',
      label: timelineWords.moreActions(),
      onClick: (event) => {
        openContextMenu(more, event);
      },
    });
    const errors = element('div', { class: 'errors' }, this.steppers[0], this.position, this.steppers[1]);
    errors.hidden = session.origins.length === 0;
    this.element = element(
      'header',
      { class: 'header' },
      this.identity(),
      element(
        'div',
        { class: 'tools' },
        errors,
        element('span', { class: 'tools-separator' }),
        ...Object.values(this.toggles),
        more,
      ),
    );
  }

  update(options: {
    readonly short: boolean;
    readonly findOpen: boolean;
    readonly followCode: boolean;
  }): void {
    const { session } = this;
    const position = session.positionAmong(session.origins);
    setText(this.position, errorPositionText(position, session.origins.length, options.short));
    for (const stepper of this.steppers) {
      setDisabled(stepper, session.origins.length === 1 && position === 1);
    }
    setPressed(this.toggles.find, options.findOpen);
    setPressed(this.toggles.criticalPath, session.showCriticalPath);
    setPressed(this.toggles.followCode, options.followCode);
  }

  private identity(): HTMLElement {
    const { session } = this;
    const { spans, durationNs, epochNs } = session.trace;
    const row = session.mainRow();
    const failed = session.roles[row] !== ErrorRole.none || session.origins.length > 0;
    const time = startTime(epochNs, Date.now());
    return element(
      'div',
      { class: 'identity' },
      failed && session.roles[row] !== ErrorRole.none ? icon('error', 'error') : icon('pass', 'good'),
      element('h1', { text: session.name(row) || failureWords.unnamed() }),
      element('span', { class: 'dim service', text: session.serviceName(row) }),
      element('span', { class: 'whole-duration', text: durationText(durationNs) }),
      element('span', { class: 'dim start-time', text: time.text, title: time.tooltip }),
      element('span', {
        class: 'dim counts',
        text: joinFacts([spanCountText(spans.count), serviceCountText(session.services.size)]),
      }),
    );
  }
}

/** VS Code shows its native menu (`webview/context` of the manifest) on this event. */
function openContextMenu(target: HTMLElement, event: MouseEvent): void {
  event.stopPropagation();
  const box = target.getBoundingClientRect();
  target.dispatchEvent(
    new MouseEvent('contextmenu', { bubbles: true, clientX: box.left, clientY: box.bottom }),
  );
}
