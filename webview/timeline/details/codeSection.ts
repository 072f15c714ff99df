import type { ResolvedFrame } from '../../../src/protocol/resolve';
import type { SourcePreview } from '../../../src/protocol/timeline';
import { timelineWords, unknownReasonText } from '../../../src/words';
import { element, icon } from '../../shared/element';
import { iconButton } from '../../shared/toolkit';
import { gradeBadge, locationText, reasonText } from '../location';
import { section, type Folding } from './section';
import { sourceTokens } from './sourceTokens';

/** What the CODE section asks for. */
export interface CodeListener {
  onOpen(): void;
  onHover(target: HTMLElement, frame: ResolvedFrame): void;
}

/** Where the span's code is: line, grade, path, and some lines around unless the editor shows them. */
export function codeSection(
  frame: ResolvedFrame | undefined,
  preview: SourcePreview | undefined,
  failed: boolean,
  folding: Folding,
  listener: CodeListener,
): HTMLElement {
  const location = frame?.location;
  if (!location) {
    const reason = frame
      ? unknownReasonText(frame.reason, frame.file ?? frame.raw)
      : timelineWords.noLineOfSpan();
    return section(
      { id: 'code', title: timelineWords.code() },
      folding,
      element('div', { class: 'dim code-none', text: reason }),
    );
  }
  const link = element('button', {
    class: 'link',
    text: locationText(location),
    onClick: () => {
      listener.onOpen();
    },
  });
  const line = element(
    'div',
    { class: 'code-place' },
    link,
    gradeBadge(frame),
    element('span', { class: 'dim code-path', text: location.path, title: location.path }),
  );
  line.addEventListener('pointerenter', () => {
    listener.onHover(line, frame);
  });
  const go = iconButton({
    icon: 'go-to-file',
    label: timelineWords.goToLine(),
    onClick: () => {
      listener.onOpen();
    },
  });
  return section(
    { id: 'code', title: timelineWords.code(), actions: [go] },
    folding,
    line,
    location.grade === 'exact'
      ? undefined
      : element('div', { class: 'dim code-reason', text: reasonText(frame) ?? '' }),
    preview ? previewBlock(preview, location.lineBase1, failed) : undefined,
  );
}

/** Lines of source with their own indentation removed; the line itself is marked. */
function previewBlock(preview: SourcePreview, lineBase1: number, failed: boolean): HTMLElement {
  const indent = commonIndent(preview.lines);
  const block = element('div', { class: 'preview', attributes: { role: 'presentation' } });
  preview.lines.forEach((text, index) => {
    const number = preview.firstLineBase1 + index;
    const current = number === lineBase1;
    const code = element('span', { class: 'preview-code' });
    for (const token of sourceTokens(text.slice(indent), preview.languageId)) {
      code.append(
        token.kind === 'plain'
          ? token.text
          : element('span', { class: `token-${token.kind}`, text: token.text }),
      );
    }
    block.append(
      element(
        'div',
        { class: current ? 'preview-line current' : 'preview-line' },
        element('span', { class: 'preview-gutter' }, current && failed ? icon('error', 'error') : undefined),
        element('span', { class: 'preview-number', text: String(number) }),
        code,
      ),
    );
  });
  return block;
}

function commonIndent(lines: readonly string[]): number {
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  return indents.length === 0 ? 0 : Math.min(...indents);
}
