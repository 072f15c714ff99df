import type { RpcClient } from '../../src/protocol/rpc';
import type {
  FrameReference,
  TimelineCommand,
  TimelineContract,
  TimelineState,
} from '../../src/protocol/timeline';
import { element } from '../shared/element';
import { problemBanner } from './banner';
import { DetailsPane } from './details/detailsPane';
import type { Folding } from './details/section';
import { FindBar } from './findBar';
import type { FrameCache } from './frameCache';
import { Header } from './header';
import type { HoverCard } from './hoverCard';
import { LegendCell } from './legend';
import { PanelLayout, type LayoutChoices } from './panelLayout';
import { Patterns } from './patterns';
import type { TimelineSession } from './session';
import { TopStrip } from './topStrip';
import { Waterfall } from './waterfall';

/** What the parts of a timeline ask of it. */
export interface TimelineActions extends Folding {
  run(command: TimelineCommand): void;
  /** Selects a node, expands what hides it and scrolls to it. */
  goTo(node: number): void;
  openFrame(reference: FrameReference, preserveFocus: boolean): void;
  openFind(text: string): void;
  closeFind(): void;
  setDetailsOpen(open: boolean): void;
  setTreeWidth(widthPx: number): void;
  closeBanner(): void;
  /** Something that is drawn changed. */
  requestDraw(): void;
}

/** The parts of a timeline on screen. */
export interface TimelineParts {
  readonly panel: HTMLElement;
  readonly header: Header;
  readonly legend: LegendCell;
  readonly topStrip: TopStrip;
  readonly waterfall: Waterfall;
  readonly details: DetailsPane;
  readonly layout: PanelLayout;
  /** Made when it is first wanted. */
  findBar: FindBar | undefined;
}

/** Makes the parts and puts them into a panel. */
export function timelineParts(
  given: {
    readonly session: TimelineSession;
    readonly client: RpcClient<TimelineContract>;
    readonly frames: FrameCache;
    readonly card: HoverCard;
    readonly layout: LayoutChoices;
    readonly shown: Pick<TimelineState, 'findOpen' | 'bannerClosed'>;
  },
  actions: TimelineActions,
): TimelineParts {
  const { session, shown } = given;
  const patterns = new Patterns();
  const panel = element('div', { class: 'timeline' });
  const header = new Header(session, (command) => {
    actions.run(command);
  });
  const topStrip = new TopStrip(session, () => {
    actions.requestDraw();
  });
  const legend = new LegendCell(session, patterns, topStrip.heightPx);
  const details = newDetails(given, actions, () => layout);
  const layout = new PanelLayout(panel, details.element, given.layout, () => {
    actions.requestDraw();
  });
  const waterfall = new Waterfall(session, given.frames, patterns, {
    onGoToCode: (node, preserveFocus) => {
      actions.openFrame({ row: session.rowOf(node) ?? -1 }, preserveFocus);
    },
    onResizeTree: (widthPx) => {
      actions.setTreeWidth(Math.round(widthPx));
    },
    onPick: () => {
      layout.insteadOpen = true;
      actions.requestDraw();
    },
    onScroll: () => {
      given.card.hide();
      actions.requestDraw();
    },
  });
  const banner = shown.bannerClosed ? undefined : newBanner(session, actions);
  const strip = element('div', { class: 'top-strip' }, legend.element, topStrip.element);
  strip.style.height = `${topStrip.heightPx}px`;
  layout.main.append(strip, waterfall.element);
  panel.append(header.element, ...(banner ? [banner] : []), layout.body, given.card.element);
  const parts: TimelineParts = {
    panel,
    header,
    legend,
    topStrip,
    waterfall,
    details,
    layout,
    findBar: undefined,
  };
  if (shown.findOpen) {
    showFindBar(parts, session, actions);
  }
  return parts;
}

/** Shows the find bar above the body, and makes it the first time. */
export function showFindBar(
  parts: TimelineParts,
  session: TimelineSession,
  actions: TimelineActions,
): FindBar {
  if (!parts.findBar) {
    parts.findBar = new FindBar(session, {
      onStep: (forward) => {
        actions.run(forward ? 'findNext' : 'findPrevious');
      },
      onClose: () => {
        actions.closeFind();
      },
    });
    parts.layout.body.before(parts.findBar.element);
  }
  parts.findBar.element.hidden = false;
  return parts.findBar;
}

function newDetails(
  given: {
    readonly session: TimelineSession;
    readonly client: RpcClient<TimelineContract>;
    readonly card: HoverCard;
  },
  actions: TimelineActions,
  layout: () => PanelLayout,
): DetailsPane {
  return new DetailsPane(given.session, given.client, given.card, {
    isFolded: (id) => actions.isFolded(id),
    setFolded: (id, folded) => {
      actions.setFolded(id, folded);
    },
    onClose: () => {
      actions.setDetailsOpen(false);
    },
    onToggleLayout: () => {
      layout().turn();
      actions.requestDraw();
    },
    onOpen: (reference) => {
      actions.openFrame(reference, true);
    },
    onFind: (key, value) => {
      actions.openFind(quoted(`${key}=${value}`));
    },
    onSelect: (node) => {
      actions.goTo(node);
    },
  });
}

function newBanner(session: TimelineSession, actions: TimelineActions): HTMLElement | undefined {
  const banner = problemBanner(session, {
    onClose: () => {
      banner?.remove();
      actions.closeBanner();
    },
    onShow: (row) => {
      actions.goTo(session.tree.nodes[row]!);
    },
  });
  return banner;
}

function quoted(text: string): string {
  return /[\s"]/.test(text) && !text.includes('"') ? `"${text}"` : text;
}
