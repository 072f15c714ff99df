import type { ResolvedException, ResolvedFrame } from '../../protocol/resolve';
import type { PathSpan } from '../../protocol/analysis';
import type { ExceptionRow, FrameRow, LibraryRow, Row, SpanRow, StackRow, TraceRow } from './rows';

/** Rows of the spans from a run's entry to its origin. */
export function spanRows(parent: TraceRow, spans: readonly PathSpan[]): readonly SpanRow[] {
  return spans.map((span) => ({ kind: 'span', rowId: `${parent.rowId}/${span.spanId}`, parent, span }));
}

/** Rows below a span or a pasted stack: the frames of its first exception, then its causes and further exceptions. */
export function exceptionRows(parent: SpanRow | StackRow): readonly Row[] {
  const [first, ...others] = parent.kind === 'span' ? parent.span.exceptions : parent.resolved.exceptions;
  if (!first) {
    return [];
  }
  return [
    ...frameRows(parent, first),
    ...others.map((exception, index): ExceptionRow => ({
      kind: 'exception',
      rowId: `${parent.rowId}/exception${index + 1}`,
      parent,
      exception,
    })),
  ];
}

/** Rows of an exception's frames: the project's own, newest call first, then all library frames folded into one row. */
export function frameRows(
  parent: SpanRow | StackRow | ExceptionRow,
  exception: ResolvedException,
): readonly (FrameRow | LibraryRow)[] {
  // Numbers tell frames apart: a stack may name the same line twice.
  const own = exception.frames.filter((frame) => frame.inApp);
  const library = exception.frames.filter((frame) => !frame.inApp);
  const rows: (FrameRow | LibraryRow)[] = own.map((frame, index) => frameRow(parent, frame, index));
  if (library.length > 0) {
    rows.push({ kind: 'library', rowId: `${parent.rowId}/library`, parent, frames: library });
  }
  return rows;
}

/** Rows of folded library frames. */
export function libraryFrameRows(parent: LibraryRow): readonly FrameRow[] {
  return parent.frames.map((frame, index) => frameRow(parent, frame, index));
}

function frameRow(parent: FrameRow['parent'], frame: ResolvedFrame, index: number): FrameRow {
  return { kind: 'frame', rowId: `${parent.rowId}/frame${index}`, parent, frame };
}

/** Packages that frames belong to, the most frequent first: `pymongo, flask`. */
export function packagesOf(frames: readonly ResolvedFrame[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { file } of frames) {
    const name = file === undefined ? undefined : packageOfPath(file);
    if (name !== undefined) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
}

function packageOfPath(file: string): string | undefined {
  const segments = file.split(/[\\/]/);
  const folder = segments.findLastIndex(
    (segment) => segment === 'node_modules' || segment === 'site-packages' || segment === 'dist-packages',
  );
  const name = folder < 0 ? undefined : segments[folder + 1];
  return name?.startsWith('@') ? `${name}/${segments[folder + 2] ?? ''}` : name?.replace(/\.py$/, '');
}
