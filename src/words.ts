/**
 * Every sentence that a person reads, beside the manifest: codes with parameters in, text out. Sections follow the folders that make the codes.
 * Host and webview pass text through `@vscode/l10n`; the command line prints English.
 */
import { t } from '@vscode/l10n';

import { formatAge, formatCount, formatHourMinute, formatMegabytes, formatPercent } from './base/format';
import type { GroupState } from './core/failures/failureGroup';
import type { DecodeError, RejectReason } from './core/codecs/decodeOutcome';
import type { ExceptionRelation } from './core/frames/frame';
import type { NoMapping } from './core/locate/mappingBetween';
import type { Evidence, Grade, LocationReason, UnknownReason, Via } from './core/locate/grade';
import type { TraceProblem } from './core/model/problems';
import type { DriftProblem } from './core/drift/driftProblem';
import type { MapFault } from './core/sourcemaps/mapFault';
import type { CodeTraces } from './protocol/analysis';
import type { BackendError } from './protocol/backend';
import type { DeployedLine, ResolveProblem } from './protocol/resolve';
import type { MovedAside, ReceiverProblem, ReceiverStatus, StoreStatus } from './protocol/engine';

/** What went wrong with a backend, in one sentence. `fallbackName` is whose error it is where the error does not say. */
export function backendErrorText(fallbackName: string, error: BackendError): string {
  const name = error.connection ?? fallbackName;
  switch (error.kind) {
    case 'unreachable':
      return unreachableText(error);
    case 'unauthorized':
      return t('{0} rejected the token ({1}).', name, error.status ?? 401);
    case 'rateLimited':
      return t('{0} asks to wait ({1}).', name, error.status ?? 429);
    case 'timeout':
      return t('{0} gave no answer in time.', name);
    case 'cancelled':
      return t('The request to {0} was cancelled.', name);
    case 'notFound':
      return t('{0} does not know this trace.', name);
    case 'badResponse':
      return badResponseText(name, error);
    case 'tooLarge':
      return t('The answer of {0} is larger than allowed.', name);
    case 'unsupported':
      return unsupportedText(name, error);
  }
}

function unsupportedText(name: string, { target, reason }: BackendError): string {
  switch (reason) {
    case 'classicSearchRemoved':
      return t('{0} is Jaeger 2.21 or newer, which has no classic search; up to 2.20 it works.', name);
    case 'noStore':
      return t('{0} is a database of another program.', target);
    case 'storeVersion':
      return t('{0} was written by another version of Spanline.', target);
    default:
      return t('{0} does not offer this.', name);
  }
}

function unreachableText({ target, reason, detail }: BackendError): string {
  switch (reason) {
    case 'hostUnknown':
      return t('The host of {0} is not known.', target);
    case 'certificate':
      return t('The certificate of {0} is not trusted ({1}).', target, detail ?? '');
    default:
      return detail === undefined || detail === 'ECONNREFUSED'
        ? t('Nothing listens on {0}.', target)
        : t('{0} cannot be reached ({1}).', target, detail);
  }
}

function badResponseText(name: string, { target, reason, status }: BackendError): string {
  switch (reason) {
    case 'html':
      return t('{0} answers with a web page: {1} is no API, or wants a sign-in first.', name, target);
    case 'truncated':
      return t('The answer of {0} broke off.', name);
    case 'redirected':
      return t('{0} sends requests to another address, which is not followed.', name);
    case 'serverError':
      return t('{0} failed to answer ({1}).', name, status ?? 500);
    case 'noApi':
      return t('{0} has no Jaeger API at this address.', name);
    default:
      return t("{0} gave an answer that is not its API's: {1}.", name, target);
  }
}

// Failures

/** `12 of 340 (3.5 %)`; with `≥` where a cap was hit and both are lower bounds. */
export function rateText(failing: number, runs: number, complete: boolean): string {
  const counts = t('{0} of {1}', formatCount(failing), formatCount(runs));
  return complete ? `${counts} (${formatPercent(failing, runs)})` : `≥ ${counts}`;
}

/** `12 of 340 failed (3.5 %) · p95 1.8 s · last 2 m ago`, or `12 failed · last 2 m ago`: above a function in the editor. */
export function codeLensText(
  { runs, failing, onlyFailures, lastSeenMs, complete }: CodeTraces,
  p95: string,
  nowMs: number,
): string {
  const last = t('last {0} ago', formatAge(nowMs - lastSeenMs));
  if (onlyFailures) {
    const failed = t('{0} failed', formatCount(failing));
    return joinFacts([complete ? failed : `≥ ${failed}`, last]);
  }
  const counts = t('{0} of {1} failed', formatCount(failing), formatCount(runs));
  return joinFacts([
    complete ? (failing === 0 ? counts : `${counts} (${formatPercent(failing, runs)})`) : `≥ ${counts}`,
    t('p95 {0}', p95),
    last,
  ]);
}

/** Words of *Show Traces Through Here*. */
export const tracesHereWords = {
  title: (name: string) => (name === '' ? t('Traces Through Here') : t('Traces Through {0}', name)),
  none: () => t('No traces of the chosen window ran through this function.'),
};

/** `last 1 h`. */
export function lastWindowText(lengthMs: number): string {
  return t('last {0}', formatAge(lengthMs));
}

/** `13:00–14:30`, the ends with their dates where they are not of today. */
export function rangeText(from: string, to: string): string {
  return t('{0} to {1}', from, to);
}

/** Description of the Failures view: `last 1 h · 3 groups · 3 new`. */
export function failuresDescription(parts: {
  readonly window: string;
  readonly groups?: number;
  /** Traces of the list; `capped` where there are more. */
  readonly traces?: { readonly count: number; readonly capped: boolean };
  readonly appended: number;
  readonly search?: string;
}): string {
  return joinFacts([
    parts.window,
    parts.groups === undefined ? undefined : groupCountText(parts.groups),
    parts.traces === undefined
      ? undefined
      : parts.traces.capped
        ? t('newest {0}', traceCountText(parts.traces.count))
        : traceCountText(parts.traces.count),
    parts.appended > 0 ? t('{0} new', formatCount(parts.appended)) : undefined,
    parts.search === undefined ? undefined : t('“{0}”', parts.search),
  ]);
}

/** Facts of one row, parted by middle dots; what is absent leaves no gap. */
export function joinFacts(facts: readonly (string | undefined)[]): string {
  return facts.filter((fact) => fact !== undefined && fact !== '').join(' · ');
}

/** `1 group`, `3 groups`. */
export function groupCountText(groups: number): string {
  return groups === 1 ? t('1 group') : t('{0} groups', formatCount(groups));
}

/** `1 trace`, `1 204 traces`. */
export function traceCountText(traces: number): string {
  return traces === 1 ? t('1 trace') : t('{0} traces', formatCount(traces));
}

/** `1 span`, `26 spans`. */
export function spanCountText(spans: number): string {
  return spans === 1 ? t('1 span') : t('{0} spans', formatCount(spans));
}

/** `1 service`, `5 services`. */
export function serviceCountText(services: number): string {
  return services === 1 ? t('1 service') : t('{0} services', formatCount(services));
}

/** `14 library frames`. */
export function libraryFramesText(frames: number): string {
  return frames === 1 ? t('1 library frame') : t('{0} library frames', formatCount(frames));
}

/** `9 more…`: the row that shows the next page. */
export function moreText(rows: number): string {
  return t('{0} more…', formatCount(rows));
}

/** `+31 recovered`: failures inside runs that ended well. */
export function recoveredText(recovered: number): string {
  return t('+{0} recovered', formatCount(recovered));
}

/** Words of the Failures view that take no parameter. */
export const failureWords = {
  noLine: () => t('no line'),
  drawnAnew: () => t('The list changed at that moment. Choose the row again.'),
  noneInWindow: () => t('none in the window'),
  newState: () => t('new'),
  ongoing: () => t('ongoing'),
  resolved: () => t('resolved'),
  snoozed: () => t('snoozed'),
  origin: () => t('the error began here'),
  passed: () => t('the error passed through here'),
  anonymous: () => t('(anonymous)'),
  unnamed: () => t('(no name)'),
  noMessage: () => t('(no message)'),
  recoveredOnly: () => t('recovered'),
  failed: () => t('failed'),
  error: () => t('error'),
  noneFound: () => t('Nothing matches the search.'),
  stopped: () => t('The analysis stopped and starts again. The rows may be old.'),
  searchPrompt: () => t('Search by type, message, service, operation, file or trace id'),
  showMore: () => t('Show More…'),
} as const;

/** State of a group in words; of one that failed no run, that it was recovered from. */
export function groupStateText(
  group: { readonly state: GroupState; readonly failing: number },
  snoozed = false,
): string {
  const state =
    group.failing === 0 && group.state !== 'resolved' ? failureWords.recoveredOnly() : stateText(group.state);
  return joinFacts([state, snoozed ? failureWords.snoozed() : undefined]);
}

/** `46 s ago`. */
export function agoText(ageMs: number): string {
  return t('{0} ago', formatAge(ageMs));
}

/** State of a group in words. */
export function stateText(state: GroupState): string {
  switch (state) {
    case 'new':
      return t('new');
    case 'ongoing':
      return t('ongoing');
    case 'resolved':
      return t('resolved');
  }
}

/** Label of a row that is a button. */
export function failureActionText(
  action: 'narrow' | 'widen' | 'showAll' | 'tryAgain' | 'editConnection' | 'startReceiver' | 'clearSearch',
): string {
  switch (action) {
    case 'narrow':
      return t('Narrow the Window…');
    case 'widen':
      return t('Widen Window…');
    case 'showAll':
      return t('Show All Traces');
    case 'tryAgain':
      return t('Try Again');
    case 'editConnection':
      return t('Edit Connection…');
    case 'startReceiver':
      return t('Start Local Receiver Instead');
    case 'clearSearch':
      return t('Clear Search');
  }
}

/** Terms in tooltips, each before its value. */
export const tooltipTerms = {
  state: () => t('State'),
  rate: () => t('Failing'),
  firstSeen: () => t('First seen'),
  lastSeen: () => t('Last seen'),
  operation: () => t('Operation'),
  service: () => t('Service'),
  release: () => t('Release'),
  origin: () => t('Origin span'),
  location: () => t('Line'),
  grade: () => t('Grade'),
  whyNoLine: () => t('No line'),
  trace: () => t('Trace'),
  evidence: () => t('Evidence'),
  deployed: () => t('Deployed'),
  printed: () => t('Printed'),
} as const;

/** Accessible label of a group row, which says the state in words. */
export function groupAccessibleLabel(facts: {
  readonly type: string;
  readonly state: string;
  readonly line: string;
  readonly rate: string;
  readonly age: string;
  readonly message: string;
}): string {
  return [facts.type, facts.state, facts.line, facts.rate, t('last {0} ago', facts.age), facts.message].join(
    ', ',
  );
}

// Pasted stacks

/** Words about pasted stacks that take no parameter. */
export const pastedWords = {
  heading: () => t('Pasted'),
  tryAgain: () => t('Try Again'),
} as const;

/** Where a pasted stack came from: `clipboard`, `terminal zsh`, or the editor's file. */
export function stackOriginText(origin: 'clipboard' | 'editor' | 'terminal', name: string): string {
  switch (origin) {
    case 'clipboard':
      return t('clipboard');
    case 'editor':
      return name === '' ? t('editor') : name;
    case 'terminal':
      return name === '' ? t('terminal') : t('terminal {0}', name);
  }
}

/** Why nothing was opened as a stack trace. */
export function noFramesText(origin: 'clipboard' | 'editor' | 'terminal', isEmpty: boolean): string {
  switch (origin) {
    case 'clipboard':
      return isEmpty
        ? t('The clipboard holds no text. Copy a stack trace, or select one in an editor.')
        : t('The text in the clipboard has no stack frames. Copy a stack trace, or select one in an editor.');
    case 'editor':
      return t('The selected text has no stack frames.');
    case 'terminal':
      return isEmpty
        ? t('Nothing is selected in the terminal.')
        : t('The text selected in the terminal has no stack frames.');
  }
}

// Lines

/** `exact`, `moved`, `likely`: how sure a line is; `unknown` where there is none. */
export function gradeText(grade: Grade | undefined): string {
  switch (grade) {
    case 'exact':
      return t('exact');
    case 'moved':
      return t('moved');
    case 'likely':
      return t('likely');
    case undefined:
      return t('unknown');
  }
}

/** Why a line has its grade. */
export function locationReasonText(reason: LocationReason): string {
  switch (reason) {
    case 'sourceTextEqual':
      return t('the source line of the stack stands there');
    case 'sourcesContentEqual':
      return t('the source text of the source map equals the file');
    case 'functionEncloses':
      return t("the frame's function encloses the line");
    case 'revisionUnchanged':
      return t('the line is as the deployed revision has it');
    case 'revisionMoved':
      return t('the line moved here since the deployed revision');
    case 'revisionReformatted':
      return t('the line of the deployed revision stands here with other white space');
    case 'revisionDisagrees':
      return t('the deployed revision does not agree with the frame or the file');
    case 'revisionByTag':
      return t('the deployed revision is only told by a tag of the version');
    case 'revisionDirty':
      return t('the deployed revision had changes that were not committed');
    case 'sourceTextMoved':
      return t('the source line of the stack moved here');
    case 'sourceTextDiffers':
      return t('another source line stands there now');
    case 'sourcesContentDiffers':
      return t('the file differs from the source text of the source map');
    case 'functionDiffers':
      return t("the line is in another function than the frame's");
    case 'notVerified':
      return t('nothing on the frame can be compared with the file');
    case 'nameOnly':
      return t("only the file's name agrees");
    case 'agreedElsewhere':
      return t('other stacks of the service lead to this folder; other files fit as well');
    case 'installedCopy':
      return t('the frame is of an installed copy of the package, which may be another version');
    case 'evalCall':
      return t('the code was made by eval; this is the call');
    case 'noSourceMap':
      return t('generated code for which no source map was found');
    case 'columnMissing':
      return t('the frame has no column; this is the only line of its function among those it may be');
    case 'functionOnly':
      return t('compiled code without source map; the function begins here');
    case 'frameCut':
      return t('the stack may be cut at this frame');
    case 'spanCodeProven':
      return t("the only place in the service's folder or package that the span names");
    case 'spanCodeFits':
      return t('the only place that fits what the span tells');
  }
}

/** Why `file` has no line; one sentence. */
export function unknownReasonText(reason: UnknownReason | undefined, file: string): string {
  switch (reason) {
    case 'ambiguous':
      return t('Several files of the workspace may be {0}.', file);
    case 'lineGone':
      return t('The line was changed or deleted in {0} since the deployed revision.', file);
    case 'fileGone':
      return t('{0} was deleted since the deployed revision.', file);
    case 'otherProgram':
      return t('A file of the name of {0} is in the workspace, without the code that the frame names.', file);
    case 'lineOutOfRange':
      return t('{0} has fewer lines than the frame says.', file);
    case 'mapUnusable':
      return t('The source map of {0} cannot be used.', file);
    case 'otherBuild':
      return t('{0} is of another build than the one that ran.', file);
    case 'noSource':
      return t('The source map of {0} says that this code has no source.', file);
    case 'noSourceMap':
      return t('{0} was compiled, and its source map was not found.', file);
    case 'notOwnCode':
      return t('{0} belongs to a package, the runtime or a tool.', file);
    case 'spanCodeAmbiguous':
      return t('Several places of the workspace may be the code of {0}.', file);
    case 'spanCodeCaller':
      return t('Nothing tells the code of {0}; it was called from the code of the span above.', file);
    case 'noFile':
      return t('The frame names no file.');
    case 'noLine':
      return t('The frame names no line.');
    case 'notInWorkspace':
    case undefined:
      return t('No file of the workspace is {0}.', file);
  }
}

/** What speaks for a candidate. */
export function evidenceText(evidence: Evidence): string {
  switch (evidence) {
    case 'mapping':
      return t('path mapping');
    case 'uniquePath':
      return t('only file with this path');
    case 'agreedRoot':
      return t('most frames agree on this root');
    case 'sameName':
      return t('same name');
    case 'samePath':
      return t('same path');
    case 'sourceMap':
      return t('source map');
    case 'sourcesContent':
      return t('source text in the source map');
    case 'debugId':
      return t('debug id');
    case 'function':
      return t('the function is in it');
    case 'sourceText':
      return t('the source line is in it');
    case 'outDir':
      return t('output folder of the TypeScript configuration');
    case 'package':
      return t('folder of the package');
    case 'revision':
      return t('line of the deployed revision');
    case 'symbol':
      return t('the span names the function');
    case 'route':
      return t('method and route of the request');
    case 'rpc':
      return t('service and method of the call');
    case 'spanName':
      return t('a span of this name is started there');
    case 'spanNameLiteral':
      return t("the span's name stands in a call");
    case 'statement':
      return t('the database statement');
    case 'collection':
      return t('the operation on the collection');
    case 'entity':
      return t('the entity of the table');
    case 'destination':
      return t('the queue, topic or task');
    case 'entryPoint':
      return t('entry of a cloud function');
    case 'serviceFolder':
      return t('folder of the service');
    case 'servicePackage':
      return t("package of the service's name");
    case 'onlyCalled':
      return t('the only such code that the span above calls');
    case 'calledFrom':
      return t('called from there');
  }
}

/** What a source line says that speaks for a candidate: `matched app.get('/orders/:id')`. */
export function matchedText(line: string): string {
  return t('matched {0}', line);
}

/** One step on the way from a frame to its line. */
export function viaText(via: Via): string {
  switch (via) {
    case 'path':
      return t('path');
    case 'mapping':
      return t('path mapping');
    case 'sourceMap':
      return t('source map');
    case 'sourcesContent':
      return t('source text in the source map');
    case 'drift':
      return t('changes since the deployed revision');
    case 'symbol':
      return t('symbol');
  }
}

/** Words about lines that take no parameter. */
export const lineWords = {
  noFrames: () => t('This failure carries no stack and names no line.'),
  noneChosen: () => t('Open a line, or select a failure or frame, first.'),
  openOutside: () => t('Open'),
  picked: () => t('likely: picked among several files'),
  unreadable: () => t('This source cannot be read any more.'),
  whyThisLine: () => t('Why This Line?'),
  compare: () => t('Compare with Working File'),
  saveMapping: () => t('Save Mapping'),
  mapFolder: () => t('Map Folder…'),
  chooseSourceMap: () => t('Choose Source Map…'),
  mapChosen: () => t('The chosen source map is used from now on.'),
  setRevision: () => t('Set Deployed Revision…'),
  revisionPrompt: () => t('Pick a tag or branch, or type a commit, tag or branch'),
} as const;

/** Behind a line and in the status bar: `moved from 88 in 4f2c1d0`, with the file's name where it was renamed. */
export function movedFromText(deployed: DeployedLine, pathNow: string): string {
  const { path, lineBase1, revision } = deployed;
  const line = path === pathNow ? lineBase1 : `${path.slice(path.lastIndexOf('/') + 1)}:${lineBase1}`;
  return t('moved from {0} in {1}', line, revision.slice(0, 7));
}

/** The place of a line that is gone since it was deployed. */
export function wasLineText(line: string): string {
  return t('was {0}', line);
}

/** `+2` or `−3` lines. */
export function shiftText(lines: number): string {
  return lines < 0 ? `−${-lines}` : `+${lines}`;
}

/** Behind a line of the text that was deployed. */
export function deployedLineText(revision: string): string {
  return t('as deployed in {0}', revision);
}

/** Shown for a moment when the line that opened was edited and not saved. */
export function editedLineText(line: string): string {
  return t('{0} was edited since the file was saved; this is its place', line);
}

/** Why a deployed text cannot be compared. */
export function noWorkingFileText(path: string): string {
  return t('The workspace has no {0} any more.', path);
}

/** Words of *Why This Line?*. */
export const whyWords = {
  title: () => t('Why This Line?'),
  prompt: () => t('Pick a line or file to open it, or say what is right'),
  line: () => t('line'),
  way: () => t('the way there'),
  evidence: () => t('what speaks for it'),
  candidates: () => t('files it may mean'),
  help: () => t('not right?'),
  printed: () => t('as the stack prints it'),
  via: {
    path: () => t('matched with the files of the workspace'),
    mapping: () => t('led to a folder by a path mapping'),
    sourceMap: () => t('led to the source by the source map'),
    sourcesContent: () => t('compared with the source text in the source map'),
    drift: () => t('followed from the deployed revision to the file as it is now'),
    symbol: () => t("found by the function's name"),
  } satisfies Record<Via, () => string>,
  /** A language server has a function of that name around the line. */
  sameSymbol: (name: string) => t('the language server has {0} there', name),
  deployed: () => t('the line as it was deployed'),
  openLibrary: () => t('Open the code of the package'),
  saveDescription: () => t('so that all frames of the service follow'),
  mapDescription: () => t('say which folder of the workspace this path is'),
  forgetMap: () => t('Forget Chosen Source Map'),
} as const;

/** A path mapping: `/srv/app → services/orders`. */
export function mappingText(from: string, to: string): string {
  return `${from} → ${to}`;
}

/** Shown for a moment when a mapping was saved. */
export function mappingSavedText(mapping: string): string {
  return t('Saved {0} in the workspace settings', mapping);
}

/** Whose frames a mapping is for. */
export function serviceFramesText(service: string): string {
  return t('frames of {0}', service);
}

/** Asked before every absolute path is mapped. */
export function wholeDiskQuestion(to: string): string {
  return t(
    'The frame stands at the top of its disk, so that every absolute path would be taken for one below {0}. Save this mapping?',
    to,
  );
}

/** Why no mapping can be saved. */
export function noMappingText(problem: NoMapping | 'notInFolder', file: string, local: string): string {
  switch (problem) {
    case 'noFile':
      return t('{0} names no file that could be mapped.', file);
    case 'nameDiffers':
      return t('{0} and {1} have different names; a mapping only changes folders.', file, local);
    case 'noFolder':
      return t('{0} has no folder that could be mapped.', file);
    case 'notInFolder':
      return t('{1} has no file that {0} could be.', file, local);
  }
}

/** Words of *Save Mapping* and *Map Folder…*. */
export const mappingWords = {
  confirm: () => t('Written to the workspace settings; all frames follow at once'),
  everyService: () => t('frames of every service'),
  toFolder: (setting: string) => t('{0} in .vscode/settings.json', setting),
  toWorkspaceFile: (setting: string) => t('{0} in the workspace file', setting),
  mapWholeDisk: () => t('Map Whole Disk'),
  untrusted: () => t('Path mappings are not used until the workspace is trusted.'),
  manageTrust: () => t('Manage Workspace Trust'),
  noFolder: () => t('A mapping leads to a folder of the workspace. Open a folder first.'),
  outside: () => t('A mapping leads to a folder of the workspace; this one is outside.'),
  dialogTitle: () => t('Which folder or file of the workspace is this path?'),
  dialogButton: () => t('Map'),
} as const;

/** Title of the dialog that asks for a source map. */
export function chooseMapTitle(file: string): string {
  return t('Source map of {0}', file);
}

/** Words of *Choose Source Map…*. */
export const mapWords = {
  noFile: () => t('This frame names no file, so that no source map belongs to it.'),
  notOnDisk: () => t('A source map is read from disk only.'),
  filter: () => t('Source maps'),
  dialogButton: () => t('Use'),
} as const;

/** Title of *Set Deployed Revision…*. */
export function revisionTitle(service: string, version: string): string {
  return version === ''
    ? t('Which revision of {0} ran?', service)
    : t('Which revision is {0} {1}?', service, version);
}

/** Shown for a moment when a revision was said. */
export function revisionSetText(service: string, revision: string): string {
  return t('Lines of {0} are followed from {1}', service, revision);
}

/** Words of *Set Deployed Revision…*. */
export const revisionWords = {
  noService: () => t('This frame is of no known service, so that no revision belongs to it.'),
  tags: () => t('tags'),
  branches: () => t('branches'),
  typed: () => t('as typed'),
  forget: () => t('Forget the revision'),
} as const;

/** Asked before a file outside the workspace opens. */
export function openOutsideQuestion(path: string): string {
  return t('{0} is outside the workspace. Open it?', path);
}

/** Shown for a moment when a line opened that is not exact: `db.py:88 is likely: …`. */
export function inexactLineText(line: string, grade: string, reason: string): string {
  return t('{0} is {1}: {2}', line, grade, reason);
}

// Timeline

/** `Origin of 5 failed spans`. */
export function originText(failedSpans: number): string {
  return failedSpans === 1
    ? t('The error began here')
    : t('Origin of {0} failed spans', formatCount(failedSpans));
}

/** `2 of 3 errors`, or `3 errors` where none is selected; `short` leaves the word out. */
export function errorPositionText(position: number | undefined, errors: number, short: boolean): string {
  if (position === undefined) {
    return errors === 1 ? t('1 error') : t('{0} errors', formatCount(errors));
  }
  if (errors === 1 && !short) {
    return t('1 of 1 error');
  }
  return short
    ? t('{0} of {1}', formatCount(position), formatCount(errors))
    : t('{0} of {1} errors', formatCount(position), formatCount(errors));
}

/** `3 of 412 spans`, `412 spans` where none of them is selected, or that there are none. */
export function foundText(position: number | undefined, found: number): string {
  if (found === 0) {
    return t('No spans found');
  }
  return position === undefined
    ? spanCountText(found)
    : t('{0} of {1} spans', formatCount(position), formatCount(found));
}

/** `61 found`: found spans inside a collapsed row. */
export function foundBelowText(found: number): string {
  return t('{0} found', formatCount(found));
}

/** What a problem of a trace means for what is on screen, in one sentence. */
export function traceProblemText({ code, count }: Pick<TraceProblem, 'code' | 'count'>): string {
  const n = formatCount(count);
  switch (code) {
    case 'orphanSpans':
      return count === 1
        ? t('1 span arrived without its parent; shown under its service.')
        : t('{0} spans arrived without their parent; shown under their service.', n);
    case 'cycle':
      return count === 1
        ? t('1 span names itself as its parent; the circle is cut.')
        : t('{0} spans name each other as parents; the circle is cut.', n);
    case 'duplicateSpans':
      return count === 1
        ? t('1 span arrived more than once; shown once.')
        : t('{0} spans arrived more than once; shown once.', n);
    case 'conflictingSpans':
      return count === 1
        ? t('1 span arrived again with other content; the most complete version is shown.')
        : t('{0} spans arrived again with other content; the most complete version is shown.', n);
    case 'negativeDuration':
      return count === 1
        ? t('1 span ends before it starts; shown without length.')
        : t('{0} spans end before they start; shown without length.', n);
    case 'clampedTime':
      return count === 1
        ? t('1 span is more than 104 days from the others; shown at the edge.')
        : t('{0} spans are more than 104 days from the others; shown at the edge.', n);
    case 'clockSkew':
      return count === 1
        ? t('1 span starts before its parent: their clocks may differ.')
        : t('{0} spans start before their parents: their clocks may differ.', n);
    case 'severalRoots':
      return t('The trace has {0} roots.', n);
    case 'openSpans':
      return count === 1 ? t('1 span has not ended.') : t('{0} spans have not ended.', n);
    case 'invalidText':
      return count === 1
        ? t('1 span holds text that is not valid UTF-8; shown with replacement characters.')
        : t('{0} spans hold text that is not valid UTF-8; shown with replacement characters.', n);
    case 'partial':
      return t('The trace is not whole.');
  }
}

/** `inventory, parent not received`. */
export function orphanHeadingText(service: string): string {
  return t('{0}, parent not received', service);
}

/** `1 px = 869 ms · 99 995 spans merged into strips`. */
export function mergedText(pixel: string, merged: number): string {
  return t('1 px = {0} · {1} spans merged into strips', pixel, formatCount(merged));
}

/** `9 spans here, 2 failed, longest 412 ms`. */
export function stripText(spans: number, failed: number, longest: string): string {
  return failed > 0
    ? t('{0} spans here, {1} failed, longest {2}', formatCount(spans), formatCount(failed), longest)
    : t('{0} spans here, longest {1}', formatCount(spans), longest);
}

/** `self 29.9 s`. */
export function selfTimeText(duration: string): string {
  return t('self {0}', duration);
}

/** `starts +6.35 s`. */
export function startText(offset: string): string {
  return t('starts {0}', offset);
}

/** `79 % of the trace`. */
export function traceShareText(part: number, whole: number): string {
  const percent = Math.round((100 * part) / whole);
  return t('{0} % of the trace', percent === 0 && part > 0 ? '<1' : percent);
}

/** `Show all 1 240 characters`. */
export function showAllCharactersText(characters: number): string {
  return t('Show all {0} characters', formatCount(characters));
}

/** `Show 5 more`. */
export function showMoreRowsText(rows: number): string {
  return t('Show {0} more', formatCount(rows));
}

/** `thrown at +36.4 s`. */
export function thrownAtText(offset: string): string {
  return t('thrown at {0}', offset);
}

/** `and 4 more`: services beyond the legend. */
export function moreServicesText(services: number): string {
  return t('and {0} more', formatCount(services));
}

/** How an exception hangs together with the one before it; empty for the first. */
export function exceptionRelationText(relation: ExceptionRelation): string {
  switch (relation) {
    case 'root':
      return '';
    case 'cause':
      return t('caused by');
    case 'context':
      return t('while handling');
    case 'suppressed':
      return t('suppressed');
    case 'group-member':
      return t('one of');
    case 'recovered':
      return t('recovered');
  }
}

/** OpenTelemetry's span kinds by number. */
export function spanKindText(kind: number): string {
  return (
    [t('unspecified'), t('internal'), t('server'), t('client'), t('producer'), t('consumer')][kind] ?? ''
  );
}

/** One row of the timeline's tree, for screen readers. */
export function spanRowLabel(facts: {
  readonly name: string;
  readonly service: string;
  readonly duration: string;
  readonly role: 'none' | 'passedThrough' | 'origin';
  readonly location?: string;
  readonly hidden?: number;
}): string {
  return [
    facts.name,
    facts.service,
    facts.duration,
    facts.role === 'origin' ? failureWords.origin() : undefined,
    facts.role === 'passedThrough' ? failureWords.passed() : undefined,
    facts.location,
    facts.hidden === undefined ? undefined : spanCountText(facts.hidden),
  ]
    .filter((fact) => fact !== undefined && fact !== '')
    .join(', ');
}

/** Words of the timeline that take no parameter. */
export const timelineWords = {
  spans: () => t('Spans'),
  previousError: () => t('Previous Error'),
  nextError: () => t('Next Error'),
  find: () => t('Find'),
  findPlaceholder: () => t('Name, service, attribute, service:…, key=value, error:true'),
  findPrevious: () => t('Previous Match'),
  findNext: () => t('Next Match'),
  findFilter: () => t('Show Only Matches and Their Parents'),
  findScope: () => t('name, service and attributes searched'),
  close: () => t('Close'),
  criticalPath: () => t('Critical Path'),
  followCode: () => t('Follow Code'),
  moreActions: () => t('More Actions…'),
  details: () => t('Details'),
  detailsOfSpan: () => t('Span details'),
  detailsBelow: () => t('Show Details Below'),
  detailsRight: () => t('Show Details on the Right'),
  back: () => t('Back to the Waterfall'),
  code: () => t('Code'),
  exception: () => t('Exception'),
  attributes: () => t('Attributes'),
  events: () => t('Events'),
  links: () => t('Links'),
  resource: () => t('Resource'),
  problems: () => t('Problems of this trace'),
  goToLine: () => t('Go to Line'),
  openTrace: () => t('Open Trace'),
  copy: () => t('Copy'),
  copyAttributes: () => t('Copy Attributes'),
  copyStack: () => t('Copy Exception'),
  filterAttributes: () => t('Filter Attributes'),
  filterPlaceholder: () => t('Filter by key or value'),
  findValue: () => t('Find Spans with This Value'),
  showLess: () => t('Show less'),
  noAttribute: () => t('No key or value matches.'),
  noLineOfSpan: () => t('No stack and no code attributes on this span.'),
  logRecord: () => t('log record'),
  noEvents: () => t('(no name)'),
  noSpan: () => t('Select a span to see its details.'),
  noSpans: () => t('The trace has no spans.'),
  loading: () => t('Opening the trace…'),
  openFailed: () => t('The trace could not be opened.'),
  openCancelled: () => t('Opening the trace was cancelled.'),
  cancel: () => t('Cancel'),
  tryAgain: () => t('Try Again'),
  store: () => t('The store'),
  openSpan: () => t('not ended'),
  outsideParent: () => t('reaches outside its parent'),
  endsBeforeStart: () => t('ends before it starts'),
  cutCycle: () => t('its parents form a circle, which is cut here'),
  farInTime: () => t('more than 104 days from the other spans'),
  keysTitle: () => t('Keys of the timeline'),
  minimap: () => t('Overview of the trace; drag to zoom'),
  zoomToThese: () => t('Zoom to These'),
  resizeTree: () => t('Width of the tree'),
  resizeDetails: () => t('Size of the details'),
} as const;

/** The keys of the timeline with what they do, as `?` shows them. */
export function timelineKeys(mac: boolean): readonly (readonly [keys: string, does: string])[] {
  const control = mac ? '⌘' : 'Ctrl+';
  return [
    ['↑ ↓', t('move')],
    ['← →', t('collapse, expand')],
    ['Enter', t('go to code')],
    [t('Space'), t('select without leaving')],
    ['E · Shift+E', t('next, previous error')],
    ['C', t('critical path')],
    [`${control}F · F3 · Shift+F3`, t('find, next, previous')],
    ['W · S', t('zoom in, out')],
    ['A · D', t('move left, right in time')],
    [t('{0}wheel · Shift+wheel', 'Ctrl+'), t('zoom, move in time')],
    ['F · 0', t('zoom to the selection, to the whole trace')],
    ['[ · ]', t('collapse, expand one level everywhere')],
    ['?', t('show these keys')],
  ];
}

// Receiver and connections

/** Why a connection gave no answer, as its row says it: `rejected the token (401)`. */
export function backendErrorDescription(error: BackendError): string {
  switch (error.kind) {
    case 'unreachable':
      return t('nothing listens on {0}', error.target);
    case 'unauthorized':
      return t('rejected the token ({0})', error.status ?? 401);
    case 'rateLimited':
      return t('asks to wait ({0})', error.status ?? 429);
    case 'timeout':
      return t('no answer in time');
    case 'cancelled':
      return t('cancelled');
    case 'notFound':
      return t('not found');
    case 'badResponse':
      return t('not an answer of its API');
    case 'tooLarge':
      return t('answer larger than allowed');
    case 'unsupported':
      return t('not offered');
  }
}

/** `newest 50 of more`: the row of a connection whose list was cut. */
export function cappedText(limit: number | undefined): string {
  return limit === undefined ? t('not the whole list') : t('newest {0} of more', formatCount(limit));
}

/** State of the receiver in one phrase. */
export function receiverText(status: ReceiverStatus): string {
  switch (status.state) {
    case 'off':
      return t('off');
    case 'starting':
      return t('starting');
    case 'listening':
      return status.paused ? t('paused') : `127.0.0.1:${status.port}`;
    case 'elsewhere':
      return status.port === undefined
        ? t('another window receives')
        : t('another window receives on 127.0.0.1:{0}', status.port);
    case 'portTaken':
      return t('port {0} is taken', status.port);
    case 'failed':
      return t('failed: {0}', status.message);
  }
}

/** `1 204 traces · 18 MB of 512 MB`. */
export function storeText(store: StoreStatus): string {
  return joinFacts([
    traceCountText(store.traces),
    t('{0} of {1}', formatMegabytes(store.sizeBytes), formatMegabytes(store.maxBytes)),
  ]);
}

/** `Port 4318 is used by another program (pid 812, otelcol).` */
export function portTakenText(status: Extract<ReceiverStatus, { state: 'portTaken' }>): string {
  return status.holder
    ? t(
        'Port {0} is used by another program (pid {1}, {2}).',
        status.port,
        status.holder.pid,
        status.holder.name,
      )
    : t('Port {0} is used by another program.', status.port);
}

/** Words about receiver and connections that take no parameter. */
export const connectionWords = {
  localReceiver: () => t('Local receiver'),
  waiting: (port: number) => t('waiting on 127.0.0.1:{0}', port),
  asked: () => t('waiting for its answer'),
  pick: () => t('Which connection?'),
  testingNamed: (name: string) => t('Testing {0}…', name),
  remove: () => t('Remove'),
  useAnotherPort: () => t('Use Another Port…'),
  showLog: () => t('Show Log'),
  updateToken: () => t('Update Token…'),
  tryAgain: () => t('Try Again'),
  edit: () => t('Edit Connection…'),
} as const;

/** Asked before a connection goes. */
export function removeConnectionQuestion(name: string): string {
  return t('Remove the connection {0} and its stored credentials?', name);
}

/** `Answered, 5 services.` */
export function connectionTestText(services: number): string {
  return t('Answered, {0}.', serviceCountText(services));
}

/** Why an address is refused while it is typed. */
export function stepOfUrlProblem(problem: 'notUrl' | 'notHttp' | 'hasCredentials'): string {
  switch (problem) {
    case 'notUrl':
      return t('An address such as http://127.0.0.1:16686 is needed.');
    case 'notHttp':
      return t('The address must begin with http:// or https://.');
    case 'hasCredentials':
      return t(
        'Leave user and password out of the address: a later step asks for them and keeps them secret.',
      );
  }
}

/** Words of the form that adds and edits connections. */
export const connectionFormWords = {
  addTitle: () => t('Add Connection'),
  editTitle: () => t('Edit Connection'),
  tokenTitle: () => t('Update Token'),
  urlPrompt: () => t('Address of the Jaeger query service'),
  namePrompt: () => t('Name, as the list shows it'),
  credentialsPrompt: () => t('How does it know you?'),
  keepCredentials: () => t('Keep the Stored Credentials'),
  noCredentials: () => t('No Credentials'),
  bearer: () => t('Bearer Token'),
  basic: () => t('User and Password'),
  tokenPrompt: () => t('Token'),
  userPrompt: () => t('User'),
  passwordPrompt: () => t('Password'),
  testing: (host: string) => t('Test of {0}', host),
  save: () => t('Save Connection'),
  saveAnyway: () => t('Save Anyway'),
  change: () => t('Change…'),
  empty: () => t('This cannot be empty.'),
} as const;

/** Asked once for each connection that a workspace recommends. */
export function recommendationQuestion(name: string, url: string): string {
  return t('This workspace recommends the connection {0} ({1}).', name, url);
}

/** Answers to {@link recommendationQuestion}. */
export const recommendationWords = {
  add: () => t('Add Connection'),
  never: () => t("Don't Ask Again"),
} as const;

// Alerts

/** `orders: AutoReconnect in POST /checkout, 12 of 340 requests since 14:01 → db.py:88`. */
export function alertText(alert: {
  readonly service: string;
  readonly type: string;
  readonly operation: string;
  readonly failing: number;
  readonly runs: number;
  /** Counts are exact, not lower bounds. */
  readonly complete: boolean;
  readonly sinceMs: number;
  readonly line?: string;
}): string {
  const counts = t('{0} of {1} requests', formatCount(alert.failing), formatCount(alert.runs));
  const sentence = t(
    '{0}: {1} in {2}, {3} since {4}',
    alert.service,
    alert.type,
    alert.operation,
    alert.complete ? counts : `≥ ${counts}`,
    formatHourMinute(alert.sinceMs),
  );
  return alert.line === undefined ? sentence : `${sentence} → ${alert.line}`;
}

/** `3 new failures in orders, payments`. */
export function mergedAlertText(failures: number, services: readonly string[]): string {
  return t('{0} new failures in {1}', formatCount(failures), services.join(', '));
}

/** Buttons of notifications, and the spans of time to snooze for. */
export const alertWords = {
  goToLine: () => t('Go to Line'),
  openTrace: () => t('Open Trace'),
  snooze: () => t('Snooze…'),
  show: () => t('Show'),
  showLog: () => t('Show Log'),
  snoozeTitle: () => t('Snooze'),
  quarter: () => t('15 Minutes'),
  hour: () => t('1 Hour'),
  release: () => t('Until a New Release'),
  ever: () => t('For Ever'),
} as const;

// Status bar, log, worker

/** `3 failing`; the product's name where nothing fails. */
export function statusBarText(failing: number): string {
  return failing === 0 ? 'Spanline' : t('{0} failing', formatCount(failing));
}

/** Tooltip and accessible label of the status bar item. */
export function statusBarTooltip(failing: number, windowText: string): string {
  return failing === 0
    ? t('Spanline: nothing failing, {0}', windowText)
    : t('Spanline: {0} failing, {1}', groupCountText(failing), windowText);
}

/** A worker stopped by itself. */
export function workerStoppedText(name: 'engine' | 'analysis'): string {
  return name === 'engine'
    ? t('The receiver stopped unexpectedly and starts again.')
    : t('The analysis stopped unexpectedly and starts again.');
}

// Messages of the Failures view

/** `of the last hour`, `of the last 15 m`: a window at the end of a sentence. */
export function ofLastWindowText(lengthMs: number): string {
  return lengthMs === 3_600_000 ? t('of the last hour') : t('of the last {0}', formatAge(lengthMs));
}

/** `from 13:00:00 to 14:30:00`. */
export function fromRangeText(from: string, to: string): string {
  return t('from {0} to {1}', from, to);
}

/** `No failures in 1 204 traces of the last hour.` */
export function noFailuresText(traces: number, ofWindow: string): string {
  return t('No failures in {0} {1}.', traceCountText(traces), ofWindow);
}

/** `Newest trace: GET /products, 5 s ago.` */
export function newestTraceText(operation: string, age: string): string {
  return t('Newest trace: {0}, {1} ago.', operation, age);
}

/** Nothing arrived in the window. */
export function noTracesText(ofWindow: string): string {
  return t('No traces {0}.', ofWindow);
}

/** `1 of 2 connections gave no answer; its failures are missing.` */
export function someSilentText(silent: number, asked: number): string {
  return silent === 1
    ? t('1 of {0} connections gave no answer; its failures are missing.', asked)
    : t('{0} of {1} connections gave no answer; their failures are missing.', silent, asked);
}

/** `Jaeger (staging) has not answered yet.` */
export function stillAskedText(names: readonly string[]): string {
  return names.length === 1
    ? t('{0} has not answered yet.', names[0]!)
    : t('{0} have not answered yet.', names.join(', '));
}

/** `Nothing listens on 127.0.0.1:16686, the address of Jaeger (local). Last answer 13:41.` */
export function allSilentText(
  name: string,
  host: string,
  error: BackendError,
  lastAnswerMs?: number,
): string {
  const sentence =
    error.kind === 'unreachable'
      ? t('Nothing listens on {0}, the address of {1}.', host, name)
      : backendErrorText(name, error);
  return lastAnswerMs === undefined
    ? sentence
    : `${sentence} ${t('Last answer {0}.', formatHourMinute(lastAnswerMs))}`;
}

/** `Newest 50 of more from Jaeger (staging). Counts may be low.` */
export function newestCappedText(limit: number | undefined, name: string): string {
  return limit === undefined
    ? t('Not the whole list from {0}. Counts may be low.', name)
    : t('Newest {0} of more from {1}. Counts may be low.', formatCount(limit), name);
}

/** `now 1 h, 50 traces`: beside the row that narrows the window. */
export function narrowDetailText(lengthMs: number, limit: number | undefined): string {
  const length = t('now {0}', formatAge(lengthMs));
  return limit === undefined ? length : `${length}, ${traceCountText(limit)}`;
}

/** Tooltip of the view's badge. */
export function badgeText(groups: number): string {
  return groups === 1 ? t('1 new failure') : t('{0} new failures', formatCount(groups));
}

// Command line: resolve

/** What `spanline resolve` says besides its results. */
export const resolveText = {
  badMapping: (mapping: string) => t('A mapping has the form FROM=TO: {0}.', mapping),
  badWorkspace: (folder: string) => t('{0} is no folder.', folder),
  unreadable: (file: string) => t('{0} cannot be read.', file),
  noFrames: () => t('The text has no stack frames.'),
  exception: () => t('Exception'),
  anonymous: () => t('anonymous function'),
  elided: (frames: number) => t('… {0} more calls', formatCount(frames)),
  way: (steps: readonly string[]) => t('found by: {0}', steps.join(' → ')),
  evidence: (kinds: readonly string[]) => t('speaks for it: {0}', kinds.join(', ')),
  deployed: (place: string, revision: string) => t('deployed: {0} in {1}', place, revision.slice(0, 7)),
} as const;

/** Something about a stack text, or a source map that was not believed; one sentence. */
export function resolveProblemText(problem: ResolveProblem): string {
  switch (problem.code) {
    case 'stackTooLong': {
      const { chars, readChars } = problem.params;
      return t(
        'The stack has {0} characters; only the first and last {1} were read.',
        formatCount(chars),
        formatCount(readChars / 2),
      );
    }
    case 'revisionMissing':
    case 'revisionAmbiguous':
    case 'historyShallow':
    case 'notARepository':
    case 'gitUnavailable':
    case 'gitFailed':
      return driftProblemText(problem);
    default: {
      const { file, map = t('inside the file') } = problem.params;
      return mapFaultText(problem.code, file, map);
    }
  }
}

function driftProblemText({ code, params: { revision, folder } }: DriftProblem): string {
  switch (code) {
    case 'revisionMissing':
      return t(
        'The deployed revision {0} is not in the repository of {1}; fetch it to follow its lines.',
        revision,
        folder,
      );
    case 'revisionAmbiguous':
      return t(
        'The deployed revision {0} may be several commits of the repository of {1}.',
        revision,
        folder,
      );
    case 'historyShallow':
      return t(
        'The repository of {1} is a shallow clone without the deployed revision {0}.',
        revision,
        folder,
      );
    case 'notARepository':
      return t(
        '{1} is not in a git repository, so that lines of the deployed revision {0} cannot be followed.',
        revision,
        folder,
      );
    case 'gitUnavailable':
      return t(
        'git was not found, so that lines of the deployed revision {0} cannot be followed in {1}.',
        revision,
        folder,
      );
    case 'gitFailed':
      return t('git gave no answer about the deployed revision {0} in {1}.', revision, folder);
  }
}

function mapFaultText(fault: MapFault, file: string, map: string): string {
  switch (fault) {
    case 'mapMissing':
      return t('{0} names a source map that is not there: {1}.', file, map);
    case 'mapNotJson':
      return t('The source map of {0} is not JSON: {1}.', file, map);
    case 'mapVersion':
      return t('The source map of {0} is not of version 3: {1}.', file, map);
    case 'mapShape':
      return t('The source map of {0} lacks parts or has wrong ones: {1}.', file, map);
    case 'mapMappings':
      return t('The mappings of the source map of {0} cannot be decoded: {1}.', file, map);
    case 'mapSourceIndex':
      return t('The source map of {0} names sources that it does not have: {1}.', file, map);
    case 'mapSourceLine':
      return t('The source map of {0} names lines that its sources do not have: {1}.', file, map);
    case 'mapBeyondFile':
      return t(
        'The source map of {0} maps text that the file does not have; it is of another build: {1}.',
        file,
        map,
      );
    case 'mapOtherFile':
      return t('The source map of {0} is that of another file: {1}.', file, map);
    case 'mapOtherDebugId':
      return t('The source map of {0} has another debug id; it is of another build: {1}.', file, map);
    case 'mapTooLarge':
      return t('The source map of {0} is too large to be read: {1}.', file, map);
  }
}

// Questions of the Failures view

/** `Last 15 m`: an answer to which window. */
export function windowChoiceText(lengthMs: number): string {
  return t('Last {0}', formatAge(lengthMs));
}

/** Why a time typed for a range is refused. */
export function rangeProblemText(problem: 'notTime' | 'endsBeforeStart'): string {
  return problem === 'notTime'
    ? t('A time such as 14:03 or 2026-11-24 14:03:22 is needed.')
    : t('The range must end after it starts.');
}

/** Words of the quick picks that choose what the Failures view lists. */
export const choiceWords = {
  current: () => t('current'),
  windowTitle: () => t('Window'),
  customRange: () => t('Custom Range…'),
  customRangeTitle: () => t('Custom Range'),
  fromPrompt: () => t('From'),
  toPrompt: () => t('To'),
  filterTitle: () => t('Show'),
  failed: () => t('Failed'),
  all: () => t('All'),
  groupingTitle: () => t('Group By'),
  byGroup: () => t('Failure Only'),
  byService: () => t('Service'),
  byOperation: () => t('Operation'),
  byConnection: () => t('Connection'),
  searchTitle: () => t('Search Failures'),
} as const;

// Receiver commands

/** Asked before all traces go. */
export function clearDataQuestion(traces: number): string {
  return t('Delete {0} from the local store? This cannot be undone.', traceCountText(traces));
}

/** The receiver could not start. */
export function receiverFailedText(message: string): string {
  return t('The receiver could not start: {0}', message);
}

/** A file that was to be imported was refused. */
export function importProblemText(detail: string): string {
  return t('The trace could not be read: {0}', detail);
}

/** What VS Code says about the variables that new terminals get. */
export function terminalVariablesText(address: string): string {
  return t('Programs started here send their traces to {0}.', address);
}

/** Said for a moment after something went to the clipboard. */
export function copiedText(): string {
  return t('Copied');
}

/** Words of the receiver's questions. */
export const receiverWords = {
  portTitle: () => t('Use Another Port'),
  portPrompt: () => t('Port for OTLP over HTTP, 1 to 65535'),
  notPort: () => t('A number from 1 to 65535 is needed.'),
  useAnotherPort: () => t('Use Another Port…'),
  clear: () => t('Clear Data'),
  sampleName: () => t('Sample trace'),
} as const;

// Receiver

/** Why the receiver refused or dropped something: the sender reads it in its log. */
export function receiverProblemText(problem: ReceiverProblem): string {
  switch (problem.code) {
    case 'hostNotAllowed':
      return t('Host "{0}" is not allowed.', problem.host);
    case 'pathNotFound':
      return t('Nothing is at {0}; OTLP/HTTP uses /v1/traces, /v1/logs and /v1/metrics.', problem.path);
    case 'methodNotAllowed':
      return t('{0} is not supported; export with POST.', problem.method);
    case 'typeNotSupported':
      return t(
        'Content type "{0}" is not supported; send application/x-protobuf or application/json.',
        problem.type,
      );
    case 'encodingNotSupported':
      return t('Content encoding "{0}" is not supported; send gzip or identity.', problem.encoding);
    case 'tooLarge':
      return t('The body is larger than {0} bytes after decompression.', problem.limitBytes);
    case 'malformed':
      return t(
        'The request cannot be read: {0}.',
        typeof problem.detail === 'string' ? problem.detail : decodeErrorText(problem.detail),
      );
    case 'rejected':
      return t(
        'Not kept: {0}.',
        Object.entries(problem.reasons)
          .map(([reason, count]) => rejectedText(reason as RejectReason, count))
          .join(', '),
      );
    case 'profilesDropped':
      return t('Profiles are not kept.');
    case 'paused':
      return t('Receiving is paused.');
    case 'busy':
      return t('Too many requests at once.');
    case 'storeNotWritable':
      return t('The store cannot be written: {0}.', problem.detail);
    case 'storeHeld':
      return t('Another window writes the store; only that one can change it.');
    case 'storeForeign':
      return t('{0} is not a Spanline store; it was left as it is.', problem.file);
    case 'grpcOnHttpPort':
      return t('This port speaks OTLP/HTTP, not gRPC; set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.');
  }
}

/** What is wrong with a request, within a sentence. */
function decodeErrorText({ code, path, offset }: DecodeError): string {
  const what = decodeFaultText(code, path);
  return offset === undefined ? what : t('{0} (byte {1})', what, offset);
}

function decodeFaultText(code: DecodeError['code'], path: string | undefined): string {
  switch (code) {
    case 'truncated':
      return t('it breaks off within a value');
    case 'badTag':
      return t('it has a field that protobuf does not allow');
    case 'badVarint':
      return t('it has a number of more than ten bytes');
    case 'tooDeep':
      return t('its values are nested too deep');
    case 'badJson':
      return path === undefined ? t('it is not a JSON object') : t('{0} is not a list of objects', path);
  }
}

/** How many spans or records were not kept, and why, within a sentence. */
function rejectedText(reason: RejectReason, count: number): string {
  switch (reason) {
    case 'badTraceId':
      return t('{0} without a valid trace id', count);
    case 'badSpanId':
      return t('{0} without a valid span id', count);
    case 'badParentSpanId':
      return t('{0} with a parent span id that is not valid', count);
    case 'badTime':
      return t('{0} with a time that is not valid', count);
    case 'badSpan':
      return t('{0} that cannot be read', count);
  }
}

// Command line

const sourceHelp = [
  ['--db FILE', 'store that spanline receive or VS Code wrote'],
  ['--jaeger URL', 'address of a Jaeger query service instead'],
  ['--workspace DIR', 'folder in which lines are looked up'],
  ['--since DURATION', 'stretch of time up to now or --to, such as 15m, 1h or 7d; 1h if not given'],
  ['--from TIME', 'begin of the window: a date, or milliseconds since 1970'],
  ['--to TIME', 'end of the window, and what counts as now'],
] as const;

/** What `--help` says of each command. */
export const cliHelp = {
  receive: {
    usage: '[--port N] [--db FILE]',
    does: 'Listens for OTLP over HTTP and stores what is sent, until it is interrupted.',
    options: [
      ['--port N', 'port on 127.0.0.1, 0 for any that is free; 4318 if not given'],
      ['--db FILE', 'store to write; ~/.spanline/spans.db if not given'],
    ],
  },
  failures: {
    usage: '(--db FILE | --jaeger URL) [--workspace DIR] [--since 1h | --from T --to T] [--json]',
    does: 'Prints the groups of failures of a window, with the lines they lead to.',
    options: [...sourceHelp, ['--json', 'print JSON']],
  },
  trace: {
    usage: 'ID (--db FILE | --jaeger URL) [--workspace DIR] [--since 1h | --from T --to T] [--json]',
    does: 'Prints one trace, given by its id or a traceparent.',
    options: [...sourceHelp, ['--json', 'print OTLP JSON']],
  },
  resolve: {
    usage:
      '--workspace DIR [--stack FILE | -] [--service NAME] [--revision REV] [--mapping FROM=TO] [--explain] [--json]',
    does: 'Prints where the frames of a stack are in a workspace.',
    options: [
      ['--workspace DIR', 'folder in which lines are looked up'],
      ['--stack FILE', 'text with the stack; - or nothing for standard input'],
      ['--service NAME', 'service that the stack is from'],
      ['--revision REV', 'commit that ran: anything that git resolves'],
      ['--mapping FROM=TO', 'path of the stack and the folder of the workspace it means; may be repeated'],
      ['--explain', 'print of each frame how its line was found and what speaks for it'],
      ['--json', 'print JSON'],
    ],
  },
} as const satisfies Record<
  string,
  {
    readonly usage: string;
    readonly does: string;
    readonly options: readonly (readonly [option: string, does: string])[];
  }
>;

/** What `spanline --help` prints. */
export function helpText(): string {
  return [
    t('Usage: spanline COMMAND [OPTION]...'),
    '',
    ...linesOfTerms(Object.entries(cliHelp).map(([name, { does }]) => [name, does])),
    '',
    ...linesOfTerms([
      ['-h, --help', t('print this, or after a command what it takes')],
      ['-V, --version', t('print the version')],
    ]),
    '',
    t('Exit codes: 0 done, 1 nothing found, 2 bad use.'),
  ].join('\n');
}

/** What `spanline COMMAND --help` prints. */
export function commandHelpText(name: keyof typeof cliHelp): string {
  const { usage, does, options } = cliHelp[name];
  return [t('Usage: {0}', `spanline ${name} ${usage}`), '', does, '', ...linesOfTerms(options)].join('\n');
}

function linesOfTerms(terms: readonly (readonly [term: string, does: string])[]): readonly string[] {
  const width = Math.max(...terms.map(([term]) => term.length));
  return terms.map(([term, does]) => `  ${term.padEnd(width)}  ${does}`);
}

function seeHelp(command: string | undefined): string {
  return command === undefined ? 'spanline --help' : `spanline ${command} --help`;
}

/** Sentences of `spanline` and its commands. */
export const cliText = {
  noCommand: (commands: readonly string[]) =>
    t('A command is needed: {0}; see {1}.', commands.join(', '), seeHelp(undefined)),
  unknownCommand: (name: string) => t('{0} is no command; see {1}.', name, seeHelp(undefined)),
  unknownOption: (option: string, command?: string) =>
    t('{0} is no option here; see {1}.', option, seeHelp(command)),
  valueMissing: (option: string, command: string) =>
    t('{0} needs a value; see {1}.', option, seeHelp(command)),
  noValueTaken: (option: string) => t('{0} takes no value.', option),
  tooMany: (argument: string, command: string) =>
    t('{0} is one argument too many; see {1}.', argument, seeHelp(command)),
  needsSource: (command: string) => t('--db or --jaeger is needed; see {0}.', seeHelp(command)),
  oneSource: () => t('--db and --jaeger cannot be given together.'),
  needsTraceId: () => t('A trace id is needed; see {0}.', seeHelp('trace')),
  needsWorkspace: () => t('--workspace is needed; see {0}.', seeHelp('resolve')),
  badUrl: (value: string) => t('{0} is no address; use one like http://127.0.0.1:16686.', value),
  badTime: (value: string) =>
    t('{0} is no time; use 15m, 1h or 7d for --since, and dates or milliseconds for --from and --to.', value),
  badTraceId: (value: string) => t('{0} is no trace id; use up to 32 hex digits.', value),
  badWorkspace: (folder: string) => t('{0} is no folder.', folder),
  noStore: (file: string) => t('There is no store at {0}.', file),
  noFailures: (traces: number) => t('No failures in {0}.', traceCountText(traces)),
  badPort: (value: string) => t('{0} is no port; use a number from 0 to 65535.', value),
  listening: (url: string) => t('listening on {0}', url),
  storingIn: (file: string) => t('storing in {0}', file),
  portTaken: (port: number, holder: { readonly name: string; readonly pid: number } | undefined) =>
    holder
      ? t(
          'Port {0} is taken by {1} (process {2}); choose another with --port.',
          port,
          holder.name,
          holder.pid,
        )
      : t('Port {0} is taken; choose another with --port.', port),
  storeHeld: (file: string, holder: { readonly pid?: number; readonly port?: number }) =>
    holder.pid === undefined
      ? t('Another process writes {0}.', file)
      : holder.port === undefined
        ? t('Process {0} writes {1}.', holder.pid, file)
        : t('Process {0} writes {1} and receives on port {2}.', holder.pid, file, holder.port),
  receiverFailed: (message: string) => t('The receiver cannot listen: {0}.', message),
  movedAside: ({ file, reason }: MovedAside) =>
    reason === 'damaged'
      ? t('The store was damaged; it is now {0}, and a new one was begun.', file)
      : reason === 'noStore'
        ? t('What was in place of the store is no database; it is now {0}, and a new one was begun.', file)
        : t('Another version of Spanline wrote the store; it is now {0}, and a new one was begun.', file),
  notWritable: (message: string) =>
    t('The store cannot be written: {0}. Senders are asked to keep their data.', message),
} as const;

// Open Trace…

/** No connection knows the trace. */
export function traceNotFoundText(traceId: string): string {
  return t('No connection knows the trace {0}.', traceId);
}

/** Words of *Open Trace…*. */
export const openTraceWords = {
  title: () => t('Open Trace'),
  prompt: () => t('Trace id, traceparent, or the address of its page in Jaeger, Grafana or Zipkin'),
  noId: () => t('No trace id is in this text.'),
  searching: () => t('Asking every connection for the trace'),
} as const;
