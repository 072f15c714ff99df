import { formatAge } from '../base/format';
import { revisionRequest } from '../analysis/drift/driftRevisions';
import type { StackRequest, StackResolver } from '../analysis/lines/resolver';
import { shortType } from '../core/failures/exceptionType';
import type { FailureGroup, FailureList, FailureOrigin } from '../core/failures/failureGroup';
import { oneLine } from '../host/plainText';
import type { ResolvedFrame } from '../protocol/resolve';
import {
  backendErrorText,
  cliText,
  failureWords,
  joinFacts,
  rateText,
  recoveredText,
  stateText,
} from '../words';
import type { CommandStreams } from './resolve';
import { jsonFromLocation } from './resolvedJson';
import { openResolver, openSource, readSourceArguments, type OpenSource } from './traceSource';

/** A group with the line it leads to, where a workspace was given and the line is known. */
interface PrintedGroup {
  readonly group: FailureGroup;
  readonly frame?: ResolvedFrame;
}

/** `spanline failures`: prints the failure groups of a window. Exit codes: 0 done, 1 no failure, 2 bad use or a source that cannot be read. */
export async function failuresCommand(argv: readonly string[], io: CommandStreams): Promise<number> {
  const asked = readSourceArguments(argv, { command: 'failures', positionals: 0 }, Date.now());
  if (typeof asked === 'string') {
    return badUse(io, asked);
  }
  const resolver = await openResolver(asked.workspace);
  if (typeof resolver === 'string') {
    return badUse(io, resolver);
  }
  const source = await openSource(asked);
  if (typeof source === 'string') {
    resolver?.dispose();
    return badUse(io, source);
  }
  try {
    return await print(source, resolver, asked, io);
  } finally {
    source.close();
    resolver?.dispose();
  }
}

function badUse(io: CommandStreams, sentence: string): number {
  io.stderr.write(`${sentence}\n`);
  return 2;
}

async function print(
  source: OpenSource,
  resolver: StackResolver | undefined,
  asked: { readonly window: FailureList['window']; readonly json: boolean },
  io: CommandStreams,
): Promise<number> {
  const list = await source.backend.failures(asked.window, new AbortController().signal);
  if (!list.ok) {
    return badUse(io, backendErrorText(source.name, list.error));
  }
  const groups = await located(list.value.groups, resolver);
  if (asked.json) {
    io.stdout.write(`${JSON.stringify(jsonOf(list.value, groups), undefined, 2)}\n`);
  } else if (groups.length > 0) {
    const { complete, window } = list.value;
    io.stdout.write(groups.map((printed) => rowText(printed, complete, window.toMs)).join(''));
  }
  if (groups.length === 0) {
    io.stderr.write(`${cliText.noFailures(list.value.traces)}\n`);
    return 1;
  }
  return 0;
}

/** The line each group's newest failure leads to. All stacks are shown to the resolver first, so that no answer depends on the order. */
async function located(
  groups: readonly FailureGroup[],
  resolver: StackResolver | undefined,
): Promise<readonly PrintedGroup[]> {
  if (!resolver) {
    return groups.map((group) => ({ group }));
  }
  for (const { origin } of groups) {
    const request = stackRequest(origin);
    if (request) {
      resolver.learn(request);
    }
  }
  const printed: PrintedGroup[] = [];
  for (const group of groups) {
    const request = stackRequest(group.origin);
    const frame = request && (await resolver.resolveTopFrame(request));
    printed.push({ group, ...(frame && { frame }) });
  }
  return printed;
}

/** What finding the line of a failure needs; `undefined` where it left no stack. */
export function stackRequest(origin: FailureOrigin): StackRequest | undefined {
  const { stack, service, serviceVersion, revisionAttributes, language } = origin;
  return stack === undefined
    ? undefined
    : {
        text: stack,
        service,
        ...(serviceVersion !== undefined && { serviceVersion }),
        revision: revisionRequest({ service, version: serviceVersion, attributes: revisionAttributes ?? {} }),
        hint: { type: origin.exceptionType, message: origin.exceptionMessage, language },
        mappings: [],
      };
}

function jsonOf(list: FailureList, groups: readonly PrintedGroup[]): unknown {
  return {
    window: list.window,
    complete: list.complete,
    groups: groups.map(({ group, frame }) => ({
      id: group.id,
      type: group.type,
      message: group.message,
      service: group.service,
      entryService: group.entryService,
      operation: group.operation,
      failing: group.failing,
      runs: group.runs,
      recovered: group.recovered,
      state: group.state,
      firstSeenMs: group.firstSeenMs,
      lastSeenMs: group.lastSeenMs,
      ...(frame?.location && { location: jsonFromLocation(frame.location) }),
      traceIds: group.traceIds,
    })),
  };
}

const ICONS = { new: '●', ongoing: '◐', resolved: '○' } as const;

/** One row a group, as in the sidebar, with service and operation below it. */
function rowText({ group, frame }: PrintedGroup, complete: boolean, nowMs: number): string {
  const location = frame?.location;
  const facts = joinFacts([
    location && `${location.path}:${location.lineBase1}${location.grade === 'likely' ? '?' : ''}`,
    group.failing > 0 ? rateText(group.failing, group.runs, complete) : undefined,
    group.state === 'ongoing' ? undefined : stateText(group.state),
    formatAge(Math.max(0, nowMs - group.lastSeenMs)),
    group.recovered > 0 ? recoveredText(group.recovered) : undefined,
    oneLine(group.message),
  ]);
  const type = oneLine(shortType(group.type)) || failureWords.error();
  const place = joinFacts([
    oneLine(group.service),
    `${oneLine(group.entryService)} ${oneLine(group.operation)}`,
  ]);
  return `${ICONS[group.state]} ${type}  ${facts}\n    ${place}\n`;
}
