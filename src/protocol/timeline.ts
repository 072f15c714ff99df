import type { Result } from '../base/result';
import type { Trace } from '../core/model/trace';
import type { Viewport } from '../core/timeline/viewport';
import type { BackendError } from './backend';
import type { PackedColumns } from './columns';
import type { ResolvedException, ResolvedFrame } from './resolve';
import type { Contract } from './rpc';

/** Which rows are collapsed: by span id, so that it holds for a trace that has grown. */
export interface TimelineFolds {
  /** How rows with children are that are not among `except`. */
  readonly most: 'collapsed' | 'expanded';
  /** Span ids, and names of headings. */
  readonly except: readonly string[];
}

/** What a timeline keeps while it is hidden and over a reload of the window. */
export interface TimelineState {
  readonly folds?: TimelineFolds;
  readonly viewport?: Viewport;
  readonly selectedSpanId?: string;
  readonly scrollTopPx: number;
  readonly treeWidthPx?: number;
  readonly detailsWidthPx?: number;
  readonly detailsHeightPx?: number;
  readonly detailsOpen: boolean;
  readonly detailsBelow: boolean;
  readonly foldedSections: readonly string[];
  readonly showCriticalPath: boolean;
  readonly followCode: boolean;
  readonly findOpen: boolean;
  readonly findText: string;
  readonly findFilters: boolean;
  readonly bannerClosed: boolean;
}

/** A frame by its place: of the span itself, or of one of its exceptions. The host looks it up; a path from a webview opens nothing. */
export interface FrameReference {
  readonly row: number;
  readonly exception?: number;
  readonly frame?: number;
}

/** Lines around a location, as they stand in the workspace now. */
export interface SourcePreview {
  readonly firstLineBase1: number;
  readonly lines: readonly string[];
  /** VS Code's language id. */
  readonly languageId: string;
}

/** What a timeline needs to draw itself. */
export interface OpenedTimeline {
  /** `undefined`: it is as the webview knows it. `sentAhead`: it went before, as the event `traceAhead`. */
  readonly trace: Result<PackedTrace | 'sentAhead' | undefined, BackendError>;
  readonly state?: TimelineState;
  readonly compact: boolean;
  /** A text editor is visible beside, so that CODE needs no preview. */
  readonly editorBeside: boolean;
}

/** A trace as it crosses to a webview. */
export type PackedTrace = PackedColumns<Trace>;

/** What keybindings and the palette ask of the active timeline. */
export type TimelineCommand =
  | 'nextError'
  | 'previousError'
  | 'find'
  | 'findNext'
  | 'findPrevious'
  | 'zoomIn'
  | 'zoomOut'
  | 'panLeft'
  | 'panRight'
  | 'zoomToSelection'
  | 'zoomToTrace'
  | 'collapseLevel'
  | 'expandLevel'
  | 'toggleCriticalPath'
  | 'toggleFollowCode'
  | 'toggleDetails'
  | 'goToCode'
  | 'showKeys'
  | 'copyTraceId';

/** Ids of the calls that a timeline's page makes before its script is loaded, in their order. */
export const earlyCalls = { translations: -1, open: 0 } as const;

/** What the host offers to a timeline; the webview pulls. */
export interface TimelineContract extends Contract {
  methods: {
    /** Translations of `words.ts` by their English text; `undefined` where VS Code speaks English. Answered before anything else. */
    translations: { request: undefined; response: Readonly<Record<string, string>> | undefined };
    open: {
      request: {
        /** The `growthMark` of the trace that is on screen. */
        readonly known?: string;
      };
      response: OpenedTimeline;
    };
    /** The lines of spans, where known; asked for the rows on screen. */
    spanFrames: {
      request: { readonly rows: readonly number[] };
      response: readonly { readonly row: number; readonly frame: ResolvedFrame }[];
    };
    spanExceptions: { request: { readonly row: number }; response: readonly ResolvedException[] };
    preview: { request: FrameReference; response: { readonly preview?: SourcePreview } };
    /** Opens the line of a frame, in the column beside; `false` where it has none. */
    openFrame: {
      request: FrameReference & {
        readonly preserveFocus: boolean;
        /** The selection moved there, nobody asked to go: opens nothing that is unknown, asks and says nothing. */
        readonly follows?: boolean;
        /** Only where an editor is beside already. */
        readonly onlyBeside?: boolean;
      };
      response: { readonly opened: boolean };
    };
    saveState: { request: TimelineState; response: undefined };
    focusChanged: {
      request: { readonly focused: boolean; readonly textFocused: boolean };
      response: undefined;
    };
    copyText: { request: { readonly text: string }; response: undefined };
    openTrace: { request: { readonly traceId: string }; response: undefined };
  };
  events: {
    command: { readonly command: TimelineCommand };
    /** The trace, on its way to the page while that still loads. */
    traceAhead: PackedTrace;
    /** The trace may have more spans now: a hint to ask again. */
    traceChanged: undefined;
    /** Lines may have changed: ask again for those on screen. */
    linesChanged: undefined;
    editorBeside: { readonly beside: boolean };
    compact: { readonly compact: boolean };
  };
}
