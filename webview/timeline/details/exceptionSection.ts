import type { ResolvedException, ResolvedFrame } from '../../../src/protocol/resolve';
import { exceptionRelationText, failureWords, libraryFramesText, timelineWords } from '../../../src/words';
import { element, icon } from '../../shared/element';
import { iconButton } from '../../shared/toolkit';
import { locationText, movedBy, printedPlace } from '../location';
import { section, type Folding } from './section';

/** What frames ask for; numbers are the places of exception and frame. */
export interface ExceptionListener {
  onOpen(exception: number, frame: number): void;
  onHover(target: HTMLElement, frame: ResolvedFrame, exception: number, index: number): void;
  onCopy(text: string): void;
}

/** All exceptions of a span; frames of libraries in a row are folded into one line. */
export function exceptionSection(
  exceptions: readonly ResolvedException[],
  note: string,
  folding: Folding,
  listener: ExceptionListener,
): HTMLElement {
  const copy = iconButton({
    icon: 'copy',
    label: timelineWords.copyStack(),
    onClick: () => {
      listener.onCopy(exceptions.map(plainText).join('\n'));
    },
  });
  return section(
    { id: 'exception', title: timelineWords.exception(), note, actions: [copy] },
    folding,
    ...exceptions.map((exception, index) => exceptionBlock(exception, index, listener)),
  );
}

function plainText(exception: ResolvedException): string {
  const head = [exceptionRelationText(exception.relation), exception.type, exception.message]
    .filter(Boolean)
    .join(' ');
  return [head, ...exception.frames.map((frame) => frame.raw)].join('\n');
}

function exceptionBlock(
  exception: ResolvedException,
  index: number,
  listener: ExceptionListener,
): HTMLElement {
  const relation = exceptionRelationText(exception.relation);
  const title = element(
    'div',
    { class: 'exception-title' },
    relation === '' ? undefined : element('span', { class: 'dim', text: `${relation} ` }),
    element('span', { class: 'exception-type', text: exception.type ?? failureWords.error() }),
    element('span', { text: ` ${exception.message ?? ''}` }),
  );
  const frames = element('div', { class: 'frames', attributes: { role: 'list' } });
  for (const run of runsOfFrames(exception.frames)) {
    const own = run.map(({ frame, at }) => frameRow(frame, index, at, listener));
    if (run[0]!.frame.inApp || run.length === 1) {
      frames.append(...own);
    } else {
      frames.append(
        ...libraryRows(
          run.map(({ frame }) => frame),
          own,
        ),
      );
    }
  }
  return element('div', { class: 'exception' }, title, frames);
}

interface PlacedFrame {
  readonly frame: ResolvedFrame;
  readonly at: number;
}

function runsOfFrames(frames: readonly ResolvedFrame[]): readonly PlacedFrame[][] {
  const runs: PlacedFrame[][] = [];
  frames.forEach((frame, at) => {
    const last = runs.at(-1);
    if (last?.[0]?.frame.inApp === frame.inApp) {
      last.push({ frame, at });
    } else {
      runs.push([{ frame, at }]);
    }
  });
  return runs;
}

function libraryRows(frames: readonly ResolvedFrame[], rows: readonly HTMLElement[]): HTMLElement[] {
  const chevron = icon('chevron-right', 'frame-chevron');
  const head = element(
    'button',
    {
      class: 'frame library-head',
      attributes: { 'aria-expanded': 'false' },
      onClick: () => {
        const open = head.getAttribute('aria-expanded') !== 'true';
        head.setAttribute('aria-expanded', String(open));
        chevron.className = `codicon codicon-chevron-${open ? 'down' : 'right'} frame-chevron`;
        for (const row of rows) {
          row.hidden = !open;
        }
      },
    },
    chevron,
    element('span', { class: 'frame-function', text: libraryFramesText(frames.length) }),
    element('span', { class: 'gap' }),
    element('span', { class: 'frame-packages', text: packageNames(frames).join(', ') }),
  );
  for (const row of rows) {
    row.hidden = true;
    row.classList.add('library');
  }
  return [head, ...rows];
}

/** Names of the packages that frames lie in, in order, at most three. */
function packageNames(frames: readonly ResolvedFrame[]): string[] {
  const names = new Set<string>();
  for (const { file } of frames) {
    const parts = (file ?? '').split(/[\\/]/);
    const folder = Math.max(parts.lastIndexOf('node_modules'), parts.lastIndexOf('site-packages'));
    const name = folder >= 0 ? parts[folder + 1] : file?.startsWith('node:') ? 'node' : undefined;
    if (name !== undefined) {
      names.add(name.startsWith('@') ? `${name}/${parts[folder + 2] ?? ''}` : name);
    }
  }
  return [...names].slice(0, 3);
}

function frameRow(
  frame: ResolvedFrame,
  exception: number,
  index: number,
  listener: ExceptionListener,
): HTMLElement {
  const { location } = frame;
  const place = location
    ? element(
        'span',
        { class: `frame-location ${location.grade}` },
        element('span', { class: 'location-text', text: locationText(location) }),
        movedBy(frame),
        location.grade === 'likely' ? '?' : undefined,
      )
    : element('span', { class: 'frame-location unknown', text: printedPlace(frame) });
  const row = element(
    location ? 'button' : 'div',
    {
      class: 'frame',
      attributes: { role: 'listitem' },
      onClick: () => {
        if (location) {
          listener.onOpen(exception, index);
        }
      },
    },
    element('span', { class: 'frame-dot', text: '•' }),
    element('span', {
      class: 'frame-function',
      text: frame.sourceFunction ?? frame.function ?? failureWords.anonymous(),
    }),
    element('span', { class: 'gap' }),
    place,
  );
  row.addEventListener('pointerenter', () => {
    listener.onHover(row, frame, exception, index);
  });
  return row;
}
