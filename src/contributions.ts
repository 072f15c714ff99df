/**
 * Every name that the manifest and the code share: commands with their arguments, settings with their types, context keys, views.
 * Nothing else may spell one; a test compares this file with `package.json` both ways.
 */
import type { ConnectionConfig } from './protocol/backend';
import type { PathMapping } from './protocol/analysis';
import type { ResolvedFrame } from './protocol/resolve';
import type { TimelineCommand } from './protocol/timeline';

/** Id of the view container in the activity bar. */
export const container = 'spanline';

/** Ids of the views in the container. */
export const View = { failures: 'spanline.failures', connections: 'spanline.connections' } as const;

/** Custom editor of the timeline and the URIs it opens: `spanline:/<traceId>/<readable name>.spanline-trace`. */
export const timelineEditor = {
  viewType: 'spanline.timeline',
  scheme: 'spanline',
  extension: '.spanline-trace',
} as const;

/** Read-only texts that are no files: code inside archives and source maps, files as they were at a revision. */
export const sourceScheme = 'spanline-source';

/** Commands that act on the timeline in focus. */
export const timelineCommands = {
  nextError: 'spanline.timeline.nextError',
  previousError: 'spanline.timeline.previousError',
  find: 'spanline.timeline.find',
  findNext: 'spanline.timeline.findNext',
  findPrevious: 'spanline.timeline.findPrevious',
  zoomIn: 'spanline.timeline.zoomIn',
  zoomOut: 'spanline.timeline.zoomOut',
  panLeft: 'spanline.timeline.panLeft',
  panRight: 'spanline.timeline.panRight',
  zoomToSelection: 'spanline.timeline.zoomToSelection',
  zoomToTrace: 'spanline.timeline.zoomToTrace',
  collapseLevel: 'spanline.timeline.collapseLevel',
  expandLevel: 'spanline.timeline.expandLevel',
  toggleCriticalPath: 'spanline.timeline.toggleCriticalPath',
  toggleFollowCode: 'spanline.timeline.toggleFollowCode',
  toggleDetails: 'spanline.timeline.toggleDetails',
  goToCode: 'spanline.timeline.goToCode',
  showKeys: 'spanline.timeline.showKeys',
  copyTraceId: 'spanline.timeline.copyTraceId',
} as const satisfies Readonly<Record<TimelineCommand, string>>;

/** Ids of all commands. */
export const Command = {
  openTrace: 'spanline.openTrace',
  openSampleTrace: 'spanline.openSampleTrace',
  openStackTrace: 'spanline.openStackTrace',
  openTerminalStackTrace: 'spanline.openTerminalStackTrace',
  removePasted: 'spanline.removePasted',
  removeAllPasted: 'spanline.removeAllPasted',
  startReceiver: 'spanline.startReceiver',
  pauseReceiver: 'spanline.pauseReceiver',
  resumeReceiver: 'spanline.resumeReceiver',
  stopReceiver: 'spanline.stopReceiver',
  useAnotherPort: 'spanline.useAnotherPort',
  clearData: 'spanline.clearData',
  copyVariables: 'spanline.copyVariables',
  exportFromTerminals: 'spanline.exportFromTerminals',
  stopExportFromTerminals: 'spanline.stopExportFromTerminals',
  showLog: 'spanline.showLog',
  copyDiagnostics: 'spanline.copyDiagnostics',
  addConnection: 'spanline.addConnection',
  editConnection: 'spanline.editConnection',
  testConnection: 'spanline.testConnection',
  updateToken: 'spanline.updateToken',
  removeConnection: 'spanline.removeConnection',
  showFailures: 'spanline.showFailures',
  searchFailures: 'spanline.searchFailures',
  clearSearch: 'spanline.clearSearch',
  pickWindow: 'spanline.pickWindow',
  pickFilter: 'spanline.pickFilter',
  pickGrouping: 'spanline.pickGrouping',
  showAllTraces: 'spanline.showAllTraces',
  refreshFailures: 'spanline.refreshFailures',
  markAllAsRead: 'spanline.markAllAsRead',
  openTimeline: 'spanline.openTimeline',
  goToLine: 'spanline.goToLine',
  whyThisLine: 'spanline.whyThisLine',
  mapFolder: 'spanline.mapFolder',
  chooseSourceMap: 'spanline.chooseSourceMap',
  setDeployedRevision: 'spanline.setDeployedRevision',
  compareWithWorkingFile: 'spanline.compareWithWorkingFile',
  showTracesHere: 'spanline.showTracesHere',
  showMore: 'spanline.showMore',
  copyTraceId: 'spanline.copyTraceId',
  copyAsMarkdown: 'spanline.copyAsMarkdown',
  copyOtlpJson: 'spanline.copyOtlpJson',
  markAsRead: 'spanline.markAsRead',
  snooze: 'spanline.snooze',
  unsnooze: 'spanline.unsnooze',
  openInBackend: 'spanline.openInBackend',
} as const;
export type Command =
  (typeof Command)[keyof typeof Command] | (typeof timelineCommands)[keyof typeof timelineCommands];

/** A row of the Failures view, as menus and links hand it to commands. */
export interface FailureRow {
  /** Unique among the rows of the view. */
  readonly rowId: string;
}

/** A frame with the service that ran it and the failure it belongs to, as far as they are known. */
export interface FailingFrame {
  readonly frame: ResolvedFrame;
  readonly service?: string;
  readonly serviceVersion?: string;
  /** Type of the exception or failure. */
  readonly type?: string;
  readonly message?: string;
}

/** A line of a document. */
export interface EditorLine {
  readonly uri: string;
  readonly lineBase1: number;
}

/** What commands about lines are called on: a row of the Failures view, the selected one, a frame, or the mark on a line. */
export type CalledOnLine = FailureRow | { readonly selected: true } | FailingFrame | EditorLine;

/** A row of the Connections view. */
export interface ConnectionRow {
  readonly connectionId: string;
}

interface ArgumentsOf {
  /** Any form of a trace id, or a page address; absent: asks. */
  [Command.openTrace]: [reference?: string];
  /** The editor whose menu it was called from; absent: the selection of the editor in front, else the clipboard. */
  [Command.openStackTrace]: [calledOn?: object];
  [Command.removePasted]: [row?: FailureRow];
  [Command.editConnection]: [row?: ConnectionRow];
  [Command.testConnection]: [row?: ConnectionRow];
  [Command.updateToken]: [row?: ConnectionRow];
  [Command.removeConnection]: [row?: ConnectionRow];
  [Command.openTimeline]: [row?: FailureRow];
  [Command.goToLine]: [row?: FailureRow];
  [Command.whyThisLine]: [called?: CalledOnLine];
  [Command.mapFolder]: [called?: CalledOnLine];
  [Command.chooseSourceMap]: [called?: CalledOnLine];
  [Command.setDeployedRevision]: [called?: CalledOnLine];
  /** The function's line; from menus and the palette that of the cursor. */
  [Command.showTracesHere]: [called?: EditorLine | object];
  [Command.showMore]: [row?: FailureRow];
  [Command.copyTraceId]: [row?: FailureRow];
  [Command.copyAsMarkdown]: [row?: FailureRow];
  [Command.copyOtlpJson]: [row?: FailureRow];
  [Command.markAsRead]: [row?: FailureRow];
  [Command.snooze]: [row?: FailureRow];
  [Command.unsnooze]: [row?: FailureRow];
  [Command.openInBackend]: [row?: FailureRow];
}

/** Arguments of a command; none where the table above names none. */
export type CommandArguments<K extends Command> = K extends keyof ArgumentsOf ? ArgumentsOf[K] : [];

/** Keys of all settings. */
export const Setting = {
  receiverPort: 'spanline.receiver.port',
  receiverAllowedHosts: 'spanline.receiver.allowedHosts',
  storeMaxSizeMb: 'spanline.store.maxSizeMb',
  storeMaxAgeDays: 'spanline.store.maxAgeDays',
  connections: 'spanline.connections',
  recommendedConnections: 'spanline.recommendedConnections',
  sourceMappings: 'spanline.sourceMappings',
  alertsEnabled: 'spanline.alerts.enabled',
  alertsQuietHours: 'spanline.alerts.quietHours',
  timelineCompactRows: 'spanline.timeline.compactRows',
  editorGutterMarks: 'spanline.editor.gutterMarks',
  editorCodeLens: 'spanline.editor.codeLens',
} as const;
export type Setting = (typeof Setting)[keyof typeof Setting];

/** The value of each setting, as its schema in the manifest says. */
export interface SettingTypes {
  [Setting.receiverPort]: number;
  [Setting.receiverAllowedHosts]: readonly string[];
  [Setting.storeMaxSizeMb]: number;
  [Setting.storeMaxAgeDays]: number;
  [Setting.connections]: readonly ConnectionConfig[];
  [Setting.recommendedConnections]: readonly ConnectionConfig[];
  [Setting.sourceMappings]: readonly PathMapping[];
  [Setting.alertsEnabled]: boolean;
  /** `22:00-07:00`; empty for none. */
  [Setting.alertsQuietHours]: string;
  [Setting.timelineCompactRows]: boolean;
  [Setting.editorGutterMarks]: boolean;
  [Setting.editorCodeLens]: boolean;
}

/** The defaults, equal to the manifest's. */
export const settingDefaults: { readonly [K in Setting]: SettingTypes[K] } = {
  [Setting.receiverPort]: 4318,
  [Setting.receiverAllowedHosts]: [],
  [Setting.storeMaxSizeMb]: 512,
  [Setting.storeMaxAgeDays]: 7,
  [Setting.connections]: [],
  [Setting.recommendedConnections]: [],
  [Setting.sourceMappings]: [],
  [Setting.alertsEnabled]: true,
  [Setting.alertsQuietHours]: '',
  [Setting.timelineCompactRows]: false,
  [Setting.editorGutterMarks]: true,
  [Setting.editorCodeLens]: true,
};

/** Context keys that the extension sets. */
export const ContextKey = {
  welcome: 'spanline.welcome',
  receiver: 'spanline.receiver',
  standardPort: 'spanline.standardPort',
  terminals: 'spanline.terminals',
  searching: 'spanline.searching',
  lineShown: 'spanline.lineShown',
  timelineFocused: 'spanline.timelineFocused',
  timelineTextFocused: 'spanline.timelineTextFocused',
} as const;
export type ContextKey = (typeof ContextKey)[keyof typeof ContextKey];

/** The value of each context key. */
export interface ContextKeyTypes {
  /** Which welcome content the empty Failures view shows. */
  [ContextKey.welcome]: 'noConnection' | 'nothingReceived' | 'none';
  [ContextKey.receiver]: 'off' | 'on' | 'paused' | 'elsewhere';
  /** The receiver listens on OpenTelemetry's own port. */
  [ContextKey.standardPort]: boolean;
  /** New terminals get the receiver's variables. */
  [ContextKey.terminals]: boolean;
  /** The Failures view is narrowed by a search. */
  [ContextKey.searching]: boolean;
  /** The line of a frame was opened. */
  [ContextKey.lineShown]: boolean;
  /** A timeline has the focus. */
  [ContextKey.timelineFocused]: boolean;
  /** The focus is in a timeline's text field. */
  [ContextKey.timelineTextFocused]: boolean;
}

/** Words of a row's `contextValue`, which menus ask for by `viewItem =~ /\bword\b/`. */
export const RowFlag = {
  group: 'group',
  /** The row stands for a pasted stack. */
  stack: 'stack',
  /** The heading of the pasted stacks. */
  pasted: 'pasted',
  /** The row stands for a trace, or for the newest trace of its group. */
  trace: 'trace',
  /** The row leads to a line, or to candidates for one. */
  line: 'line',
  /** The row has a frame, whether or not its line is known. */
  frame: 'frame',
  unread: 'unread',
  snoozed: 'snoozed',
  /** The trace has a page in its backend's own UI. */
  page: 'page',
  connection: 'connection',
} as const;
export type RowFlag = (typeof RowFlag)[keyof typeof RowFlag];
