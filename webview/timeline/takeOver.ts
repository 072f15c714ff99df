import type { TimelineSession } from './session';

/**
 * Brings a session of a trace that has grown to where the one before was: what is collapsed, the selection and the zoom stay with their spans,
 * whatever came between, above or before them. Gives the row that a row before is now.
 */
export function takeOver(
  session: TimelineSession,
  before: TimelineSession,
): (rowBefore: number) => number | undefined {
  const nodeOf = new Map<string, number>();
  for (let node = 0; node < session.tree.count; node++) {
    nodeOf.set(session.keyOf(node), node);
  }
  session.setFolds(before.folds());
  session.selected = before.selected < 0 ? -1 : (nodeOf.get(before.keyOf(before.selected)) ?? -1);
  const { viewport, bounds } = before;
  const wasWhole = viewport.startNs === bounds.startNs && viewport.endNs === bounds.endNs;
  const shiftNs = Number(before.trace.epochNs - session.trace.epochNs);
  session.setViewport(
    wasWhole ? session.bounds : { startNs: viewport.startNs + shiftNs, endNs: viewport.endNs + shiftNs },
  );
  return (rowBefore) => session.rowOf(nodeOf.get(before.spanId(rowBefore)) ?? -1);
}

/** How many rows the selected one stands below where it stood before spans came above it. */
export function rowsBefore(session: TimelineSession, before: TimelineSession): number {
  const index = session.visible.indexOfShown(session.selected);
  const indexBefore = before.visible.indexOfShown(before.selected);
  return index < 0 || indexBefore < 0 ? 0 : index - indexBefore;
}
