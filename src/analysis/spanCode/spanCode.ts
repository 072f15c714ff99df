import { Lru } from '../../base/lru';
import { base1, type Base1 } from '../../base/units';
import type { UnknownReason } from '../../core/locate/grade';
import { SpanKind } from '../../core/model/spanTable';
import type { Trace } from '../../core/model/trace';
import { spanQuestion, type SpanQuestion } from '../../core/spanCode/spanQuestion';
import type { LocationCandidate, ResolvedFrame } from '../../protocol/resolve';
import { CodeIndex } from './codeIndex';
import type { FileIndex } from '../files/fileIndex';
import type { SourceFiles } from '../files/sourceFiles';
import { CodeFiles } from './spanCodeFiles';
import { lineOfRequest, namesPath, sendsRequest } from './spanCodeOutgoing';
import { SpanCodeReach } from './spanCodeReach';
import { SpanCodeRules, type CodeAnswer } from './spanCodeRules';
import { SpanCodeSites, type CodeSite } from './spanCodeSites';
import { isManifest } from '../../core/locate/packages/packageManifest';
import { inServicePackage, serviceTie } from './spanCodeTie';

/** Different questions whose answers are kept: most spans of a system ask the same few. */
const KEPT = 5_000;
const MAX_ANCESTORS = 60;
const MAX_CANDIDATES = 20;

/** Finds the code of spans that carry neither a stack nor a file, by what their attributes tell. */
export class SpanCode {
  private readonly files: FileIndex;
  private readonly index: CodeIndex;
  private readonly codeFiles: CodeFiles;
  private readonly reach: SpanCodeReach;
  private readonly rules: SpanCodeRules;
  private readonly answers = new Lru<string, Promise<CodeAnswer>>(KEPT);
  private readonly narrowed = new Lru<string, Promise<CodeAnswer>>(KEPT);
  private version = -1;

  constructor(files: FileIndex, sources: SourceFiles, signal: AbortSignal) {
    this.files = files;
    this.index = new CodeIndex(files, signal);
    this.codeFiles = new CodeFiles(sources);
    const { codeFiles } = this;
    this.reach = new SpanCodeReach(this.index, codeFiles);
    this.rules = new SpanCodeRules(this.index, codeFiles, new SpanCodeSites(this.index, codeFiles));
  }

  /** The function around a line of a file, with the line it begins at. */
  async functionAround(
    local: string,
    lineBase1: number,
  ): Promise<{ readonly name: string; readonly lineBase1: Base1 } | undefined> {
    const file = await this.codeFiles.read(local);
    const range = file?.functionAround(lineBase1);
    return range && { name: range.name ?? '', lineBase1: file!.lineOf(range.start) };
  }

  /** Files to read again: indexed paths. */
  forget(locals: Iterable<string>): void {
    for (const local of locals) {
      this.index.forget(local);
      // A package that is called otherwise may no longer be the service's.
      if (isManifest(local)) {
        this.answers.clear();
        this.narrowed.clear();
      }
    }
  }

  get isReady(): boolean {
    return this.index.isReady;
  }

  /** Resolves once the sources are read. */
  ready(): Promise<void> {
    return this.index.ready();
  }

  /** The code of a span; `undefined` where nothing is known, candidates without location where several places fit. */
  async of(trace: Trace, row: number): Promise<ResolvedFrame | undefined> {
    await this.index.ready();
    if (this.version !== this.index.version) {
      this.version = this.index.version;
      this.answers.clear();
      this.narrowed.clear();
    }
    const question = spanQuestion(trace, row);
    const answer = await this.answer(trace, row, question);
    if (answer.sites.length > 0) {
      return this.frame(question, answer);
    }
    const needsCaller = question.kind === SpanKind.client || question.kind === SpanKind.producer;
    const caller = needsCaller ? await this.located(trace, row, question.service) : undefined;
    const entities = needsCaller ? await this.rules.entities(question) : [];
    const sites = [...(caller ? [{ ...caller, evidence: ['calledFrom' as const] }] : []), ...entities];
    return sites.length === 0
      ? undefined
      : this.candidates(question, sites, caller ? 'spanCodeCaller' : 'spanCodeAmbiguous');
  }

  private async answer(trace: Trace, row: number, question: SpanQuestion): Promise<CodeAnswer> {
    const own = await this.own(question);
    if (own.sites.length === 1 || (own.sites.length === 0 && !sendsRequest(question))) {
      return own;
    }
    const above = await this.located(trace, row, question.service);
    if (!above) {
      return own.sites.length > 0 ? own : this.anywhere(question);
    }
    const key = `${above.file}:${above.from}:${JSON.stringify(question)}`;
    let answer = this.narrowed.get(key);
    if (!answer) {
      answer = this.narrow(question, own, above);
      this.narrowed.set(key, answer);
    }
    return answer;
  }

  /** What the span's own attributes tell, without what is around it. */
  private own(question: SpanQuestion): Promise<CodeAnswer> {
    const key = JSON.stringify(question);
    let answer = this.answers.get(key);
    if (!answer) {
      answer = this.rules.answer(question).then((found) => this.inService(question, found));
      this.answers.set(key, answer);
    }
    return answer;
  }

  /** Of several places those in the service's own folder or package. */
  private async inService(
    { service, family }: SpanQuestion,
    { sites, isStructural }: CodeAnswer,
  ): Promise<CodeAnswer> {
    const isPackage = await inServicePackage(this.files, service, family);
    const folders = sites.map(({ file }) => serviceTie(this.files, file, service));
    const ties = sites.map(({ file }, i) => (isPackage(file) ? 2 : folders[i]!));
    const most = Math.max(0, ...ties);
    const tied = sites.filter((_, i) => most > 0 && ties[i] === most);
    const chosen = tied.length > 0 ? tied : sites;
    const tieOf = (site: CodeSite): 'serviceFolder' | 'servicePackage' =>
      folders[sites.indexOf(site)] === most ? 'serviceFolder' : 'servicePackage';
    const isNarrowed = chosen.length < sites.length || most === 2;
    return {
      sites: chosen.map((site) =>
        isNarrowed && most > 0 ? { ...site, evidence: [...site.evidence, tieOf(site)] } : site,
      ),
      // Proof takes the folder or package of the service: other services, whose code is elsewhere, have such routes, too.
      isStructural: isStructural && most === 2,
    };
  }

  /** The code of the nearest span above, of the same service, that has one place. */
  private async located(trace: Trace, row: number, service: string): Promise<CodeSite | undefined> {
    let parent = trace.parent[row]!;
    for (let steps = 0; parent >= 0 && steps < MAX_ANCESTORS; steps++) {
      const question = spanQuestion(trace, parent);
      if (question.service !== service) {
        return undefined;
      }
      const { sites } = await this.own(question);
      if (sites.length === 1) {
        return sites[0];
      }
      parent = trace.parent[parent]!;
    }
    return undefined;
  }

  private async narrow(question: SpanQuestion, own: CodeAnswer, above: CodeSite): Promise<CodeAnswer> {
    const isOwnSite = (file: string, from: number, to: number): CodeSite | undefined =>
      own.sites.find((site) => site.file === file && site.from < to && site.to > from);
    const reached = await this.reach.nearest(above, ({ file }, from, to) =>
      own.sites.length > 0
        ? isOwnSite(file.path, from, to) !== undefined
        : lineOfRequest(file, from, to) !== undefined,
    );
    const named = question.request
      ? reached.filter(({ file, range }) =>
          namesPath(file, range.start, range.end, question.request!.segments),
        )
      : [];
    if (named.length === 1) {
      return this.outgoing(named, true);
    }
    if (reached.length !== 1) {
      return own.sites.length > 0 || reached.length === 0 ? own : this.outgoing(reached, false);
    }
    const { file, range } = reached[0]!;
    const sites = own.sites.filter(
      (site) => site.file === file.path && site.from < range.end && site.to > range.start,
    );
    return sites.length > 0
      ? {
          sites: sites.map((site) => ({ ...site, evidence: [...site.evidence, 'onlyCalled' as const] })),
          isStructural: false,
        }
      : this.outgoing(reached, true);
  }

  private outgoing(reached: Awaited<ReturnType<SpanCodeReach['nearest']>>, isOnly: boolean): CodeAnswer {
    return {
      sites: reached.slice(0, MAX_CANDIDATES).map(({ file, range }) => {
        const lineBase1 = lineOfRequest(file, range.start, range.end) ?? file.lineOf(range.start);
        const around = file.functionAround(lineBase1);
        return {
          file: file.path,
          lineBase1,
          ...(around?.name !== undefined && { function: around.name }),
          matched: file.lineText(lineBase1),
          from: range.start,
          to: range.end,
          evidence: [isOnly ? ('onlyCalled' as const) : ('calledFrom' as const)],
        };
      }),
      isStructural: false,
    };
  }

  /** Requests of a service that sends them in one place only. */
  private async anywhere(question: SpanQuestion): Promise<CodeAnswer> {
    return question.request
      ? this.inService(question, await this.rules.requests(question))
      : { sites: [], isStructural: false };
  }

  private frame(question: SpanQuestion, { sites, isStructural }: CodeAnswer): ResolvedFrame {
    const [only, ...others] = sites;
    if (!only || others.length > 0) {
      return this.candidates(question, sites, 'spanCodeAmbiguous');
    }
    return {
      ...printed(question),
      ...(only.function !== undefined && { function: only.function }),
      location: {
        ...this.files.located(only.file),
        lineBase1: base1(only.lineBase1),
        grade: isStructural ? 'exact' : 'likely',
        reason: isStructural ? 'spanCodeProven' : 'spanCodeFits',
        evidence: only.evidence,
        matched: only.matched,
      },
      via: ['symbol'],
    };
  }

  private candidates(
    question: SpanQuestion,
    sites: readonly CodeSite[],
    reason: UnknownReason,
  ): ResolvedFrame {
    return {
      ...printed(question),
      reason,
      candidates: sites.slice(0, MAX_CANDIDATES).map((site) => this.candidate(site)),
      via: [],
    };
  }

  private candidate({ file, lineBase1, evidence, matched }: CodeSite): LocationCandidate {
    return { ...this.files.located(file), lineBase1: base1(lineBase1), evidence, matched };
  }
}

/** A span has no frame that was printed: its name stands for it. */
function printed({ name }: SpanQuestion): Pick<ResolvedFrame, 'raw' | 'rawLine' | 'kind' | 'inApp'> {
  return { raw: name, rawLine: 0, kind: 'app', inApp: true };
}
