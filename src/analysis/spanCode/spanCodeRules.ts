import { SpanKind } from '../../core/model/spanTable';
import type { Family } from '../../core/spanCode/dialect';
import { isTask } from '../../core/spanCode/destinationRules';
import { isTestFile, literalWord } from '../../core/spanCode/fileFacts';
import { routeSegments } from '../../core/spanCode/routePath';
import { isSameMethod } from '../../core/spanCode/rpcRules';
import { fitsSpanName } from '../../core/spanCode/spanNameRules';
import type { SpanQuestion } from '../../core/spanCode/spanQuestion';
import type { CodeIndex, FactOf } from './codeIndex';
import { registrationsOf } from './routeRegistrations';
import { isSameService, methodNames, sameName } from './rpcNames';
import { withoutExtension, type CodeFile, type CodeFiles } from './spanCodeFiles';
import { lineOfRequest } from './spanCodeOutgoing';
import { isOwnedBy, withWork, type CodeSite, type SpanCodeSites } from './spanCodeSites';
import { collectionCalls } from './spanCodeCollections';
import { literalsOfStatement } from './statementLiterals';

/** Places that a span may mean. `isStructural`: the evidence is the whole of a name, not a likeness. */
export interface CodeAnswer {
  readonly sites: readonly CodeSite[];
  readonly isStructural: boolean;
}

const NONE: CodeAnswer = { sites: [], isStructural: false };
const MAX_SITES = 40;

/** How mappers say which table an entity is kept in. */
const ENTITY =
  /__tablename__|db_table|@Table\b|@Entity\b|tableName|table_name|\bTable\(|\[Table\(|@@map|pgTable|mysqlTable|sqliteTable|\$table\b|schema "/;

/** Answers questions of spans from the facts of files: the most reliable kind of evidence first. */
export class SpanCodeRules {
  private readonly index: CodeIndex;
  private readonly files: CodeFiles;
  private readonly sites: SpanCodeSites;

  constructor(index: CodeIndex, files: CodeFiles, sites: SpanCodeSites) {
    this.index = index;
    this.files = files;
    this.sites = sites;
  }

  async answer(question: SpanQuestion): Promise<CodeAnswer> {
    const ranked = [
      () => this.bySymbol(question),
      () => this.byEntry(question),
      () => this.byRpc(question),
      () => this.byName(question),
      () => this.byRoute(question),
      () => this.byStatement(question),
      () => this.byCollection(question),
      () => this.byDestination(question),
    ];
    for (const rule of ranked) {
      const found = await rule();
      if (found.sites.length > 0) {
        return { ...found, sites: distinct(found.sites).slice(0, MAX_SITES) };
      }
    }
    return NONE;
  }

  /** Every place that sends requests. */
  async requests({ family, service }: SpanQuestion): Promise<CodeAnswer> {
    const sites: CodeSite[] = [];
    for (const word of [
      'fetch',
      'axios',
      'requests',
      'httpx',
      'http',
      'RestTemplate',
      'HttpClient',
      'reqwest',
    ]) {
      for (const local of this.index.withWord(word, family).slice(0, MAX_SITES)) {
        const file = isTestFile(local) || service === '' ? undefined : await this.files.read(local);
        const line = file && lineOfRequest(file, 0, file.source.text.length);
        const site = line === undefined ? undefined : await this.sites.atLine(local, line, 'onlyCalled');
        if (site) {
          sites.push(site);
        }
      }
    }
    return { sites: distinct(sites), isStructural: false };
  }

  /** Entities that say that they are kept in a table: candidates, as the query itself was written by a mapper. */
  async entities({ table, family }: SpanQuestion): Promise<readonly CodeSite[]> {
    if (table === undefined) {
      return [];
    }
    const found = await this.sites.literals(table, literalWord(table), family);
    return found
      .filter(({ file, lineBase1 }) => ENTITY.test(file.lineText(lineBase1)))
      .slice(0, MAX_SITES)
      .map(({ file, lineBase1 }) => siteOf(file, undefined, lineBase1, 'entity'));
  }

  private async bySymbol({ symbol, family, kind }: SpanQuestion): Promise<CodeAnswer> {
    if (!symbol || kind === SpanKind.client) {
      return NONE;
    }
    const owned = await this.sites.named(symbol.name, family, (range, file) =>
      isOwnedBy(range, file, symbol.owner),
    );
    const found = owned.length > 0 ? owned : await this.sites.named(symbol.name, family, () => true);
    const sites = found.map(({ file, range }) => siteOf(file, range, file.lineOf(range.start), 'symbol'));
    return { sites, isStructural: owned.length > 0 && symbol.owner !== undefined };
  }

  private async byEntry({ entry }: SpanQuestion): Promise<CodeAnswer> {
    if (entry === undefined) {
      return NONE;
    }
    const facts = this.index
      .all('entry')
      .filter(({ fact }) => entry === fact.name || entry.endsWith(`-${fact.name}`));
    const sites: CodeSite[] = [];
    for (const { file: config, fact } of facts) {
      const parts = /^(.{1,300}?)(?:\.|::)(\w{1,100})$/.exec(fact.target);
      const folder = config.includes('/') ? config.slice(0, config.lastIndexOf('/') + 1) : '';
      const [, module = '', name = ''] = parts ?? [];
      for (const { file, range } of await this.sites.named(name, undefined, (_, one) =>
        withoutExtension(one.path).endsWith(`${folder}${module.replaceAll('.', '/')}`),
      )) {
        sites.push({ ...siteOf(file, range, file.lineOf(range.start), 'entryPoint'), matched: fact.target });
      }
    }
    return { sites, isStructural: true };
  }

  private async byRpc(question: SpanQuestion): Promise<CodeAnswer> {
    const { rpc, family, kind } = question;
    if (!rpc) {
      return NONE;
    }
    if (kind === SpanKind.client) {
      return this.byRpcCall(rpc.method, family);
    }
    const sites: CodeSite[] = [];
    const isService = (name: string): boolean => isSameService(name, rpc.service);
    for (const { file, fact } of this.facts('rpc', family).filter(({ fact: one }) =>
      isService(one.service),
    )) {
      const folder = file.slice(0, file.lastIndexOf('/') + 1);
      const inType = await this.methods(rpc.method, family, ({ owner }) => sameName(owner, fact.owner));
      // A variable was registered: its type is not read, but its methods stand beside.
      const found =
        inType.length > 0
          ? inType
          : await this.methods(
              rpc.method,
              family,
              ({ owner }, path) => owner !== undefined && path.startsWith(folder),
            );
      for (const { file: at, range } of found) {
        sites.push(siteOf(at, range, at.lineOf(range.start), 'rpc'));
      }
    }
    for (const { file, fact } of this.facts('destination', family)) {
      const [service, method] = fact.name.startsWith('rpc:') ? fact.name.slice(4).split('/') : [];
      if (service !== undefined && isService(service) && isSameMethod(method ?? '', rpc.method)) {
        sites.push(...(await this.sites.ofHandler(file, fact.lineBase1, fact.handler, 'rpc')));
      }
    }
    return { sites, isStructural: true };
  }

  private async methods(
    method: string,
    family: Family | undefined,
    fits: (range: { readonly owner?: string }, path: string) => boolean,
  ): ReturnType<SpanCodeSites['named']> {
    const found = await Promise.all(
      methodNames(method, family).map((name) =>
        this.sites.named(name, family, (range, file) => fits(range, file.path)),
      ),
    );
    return found.flat();
  }

  /** Calls of a method of that name, on an object, outside of generated code. */
  private async byRpcCall(method: string, family: Family | undefined): Promise<CodeAnswer> {
    const sites: CodeSite[] = [];
    for (const name of methodNames(method, family)) {
      for (const local of this.index.withWord(name, family)) {
        const isGenerated = /(?:_pb2?(?:_grpc)?|\.pb|_grpc|Grpc)\.\w{1,5}$/.test(local);
        const file = isGenerated || isTestFile(local) ? undefined : await this.files.read(local);
        const tokens = file?.tokens;
        for (let at = 1; tokens && at < tokens.count; at++) {
          const isCall = tokens.isName(at) && tokens.is(at - 1, '.') && tokens.is(at + 1, '(');
          if (isCall && tokens.word(at) === name) {
            const line = tokens.lines[at]!;
            sites.push(siteOf(file, file.functionAround(line), line, 'rpc'));
          }
        }
      }
    }
    return { sites, isStructural: false };
  }

  private async byName({ name, isOwn, scope, family }: SpanQuestion): Promise<CodeAnswer> {
    if (!isOwn || name.trim().length < 2) {
      return NONE;
    }
    const facts = this.facts('span', family).filter(({ fact: { parts } }) => fitsSpanName(name, parts));
    const whole = facts.filter(({ fact }) => fact.parts.length === 1);
    const sure = whole.filter(({ fact }) => fact.isSure);
    if (sure.length > 0) {
      return {
        sites: await this.inScope(await this.spanSites(sure, 'spanName'), scope, family),
        isStructural: true,
      };
    }
    const literals = await this.sites.literals(name, literalWord(name), family);
    const passed = literals.filter(({ isArgument }) => isArgument);
    const used = passed.length > 0 ? passed : literals;
    if (used.length > 0) {
      const sites: CodeSite[] = [];
      for (const { file, lineBase1, constant } of used) {
        const uses = constant === undefined ? [] : this.sites.usesOf(constant, file, lineBase1);
        for (const line of uses.length > 0 ? uses : [lineBase1]) {
          sites.push(withWork(siteOf(file, file.functionAround(line), line, 'spanNameLiteral'), file));
        }
      }
      return { sites: await this.inScope(sites, scope, family), isStructural: false };
    }
    const templates = facts.filter(({ fact: { parts } }) => parts.join('').length >= 4);
    return {
      sites: await this.inScope(await this.spanSites(templates, 'spanName'), scope, family),
      isStructural: false,
    };
  }

  private async spanSites(
    facts: readonly FactOf<'span'>[],
    evidence: 'spanName',
  ): Promise<readonly CodeSite[]> {
    const sites: CodeSite[] = [];
    for (const { file, fact } of facts) {
      if (fact.handler) {
        sites.push(...(await this.sites.ofHandler(file, fact.lineBase1, fact.handler, evidence)));
      } else {
        const site = await this.sites.atLine(file, fact.lineBase1, evidence);
        sites.push(...(site ? [site] : []));
      }
    }
    return sites;
  }

  /** Of several places those in a file that names the tracer's scope, or whose path is it, as Go's import paths are. */
  private async inScope(
    sites: readonly CodeSite[],
    scope: string | undefined,
    family: Family | undefined,
  ): Promise<readonly CodeSite[]> {
    if (sites.length < 2 || scope === undefined) {
      return sites;
    }
    const naming = new Set(
      (await this.sites.literals(scope, literalWord(scope), family)).map(({ file }) => file.path),
    );
    const tail = scope
      .split(/[/.:]+/)
      .slice(-2)
      .join('/');
    const inFile = sites.filter(({ file }) => naming.has(file));
    const chosen =
      inFile.length > 0 ? inFile : sites.filter(({ file }) => withoutExtension(file).includes(tail));
    return chosen.length > 0 ? chosen : sites;
  }

  private async byRoute(question: SpanQuestion): Promise<CodeAnswer> {
    const { route, family } = question;
    if (!route) {
      return NONE;
    }
    const facts = this.facts('route', family);
    const found = registrationsOf(facts, this.facts('prefix', family), route);
    if (found.facts.length === 0) {
      return this.byFileRoute(route);
    }
    const sites: CodeSite[] = [];
    for (const { file, fact } of found.facts) {
      sites.push(...(await this.sites.ofHandler(file, fact.lineBase1, fact.handler, 'route', route.method)));
    }
    return { sites, isStructural: found.isWhole };
  }

  private async byFileRoute({ segments, method }: NonNullable<SpanQuestion['route']>): Promise<CodeAnswer> {
    const sites: CodeSite[] = [];
    for (const { file: local, route, methods } of this.index.routeFiles()) {
      const own = routeSegments(route);
      if (own.length !== segments.length || own.some((segment, i) => segment !== segments[i])) {
        continue;
      }
      const file = await this.files.read(local);
      const answering = ['loader', 'action', 'load', 'default', 'handler', 'getServerSideProps'];
      const range = file?.ranges.find(({ name }) =>
        methods ? name === method : name !== undefined && answering.includes(name),
      );
      if (file && (range || !methods)) {
        sites.push(siteOf(file, range, range ? file.lineOf(range.start) : 1, 'route'));
      }
    }
    return { sites, isStructural: true };
  }

  private async byStatement({ statement, family }: SpanQuestion): Promise<CodeAnswer> {
    if (statement === undefined) {
      return NONE;
    }
    const chosen = literalsOfStatement(this.facts('statement', family), statement);
    const sites: CodeSite[] = [];
    for (const { file: local, fact } of chosen) {
      const file = await this.files.read(local);
      if (!file) {
        continue;
      }
      const around = file.functionAround(fact.lineBase1);
      const uses =
        around === undefined && fact.constant !== undefined
          ? this.sites.usesOf(fact.constant, file, fact.lineBase1)
          : [];
      for (const line of uses.length > 0 ? uses : [fact.lineBase1]) {
        sites.push(siteOf(file, file.functionAround(line), line, 'statement'));
      }
    }
    return { sites, isStructural: false };
  }

  private async byCollection({ collection, family }: SpanQuestion): Promise<CodeAnswer> {
    if (!collection) {
      return NONE;
    }
    const sites: CodeSite[] = [];
    for (const local of this.index.withWord(literalWord(collection.name), family)) {
      const file = isTestFile(local) ? undefined : await this.files.read(local);
      for (const line of file ? collectionCalls(file, collection) : []) {
        sites.push(siteOf(file!, file!.functionAround(line), line, 'collection'));
      }
    }
    return { sites, isStructural: false };
  }

  private async byDestination({ destination, kind, family, name }: SpanQuestion): Promise<CodeAnswer> {
    if (destination === undefined) {
      return NONE;
    }
    const role = kind === SpanKind.consumer || kind === SpanKind.server ? 'consumer' : 'producer';
    const isMeant = (said: string): boolean =>
      said === destination ||
      (said.startsWith('task:') && [destination, name].some((asked) => isTask(said.slice(5), asked)));
    const facts = this.facts('destination', family).filter(
      ({ fact }) => fact.role === role && isMeant(fact.name),
    );
    const sites: CodeSite[] = [];
    for (const { file, fact } of facts) {
      const found =
        fact.handler || role === 'producer'
          ? await this.sites.ofHandler(file, fact.lineBase1, fact.handler, 'destination')
          : [await this.sites.atLine(file, fact.lineBase1, 'destination')];
      sites.push(...found.filter((site) => site !== undefined));
    }
    return { sites, isStructural: false };
  }

  private facts<Kind extends 'route' | 'prefix' | 'span' | 'rpc' | 'statement' | 'destination'>(
    kind: Kind,
    family: Family | undefined,
  ): readonly FactOf<Kind>[] {
    return this.index
      .all(kind)
      .filter(
        ({ file }) =>
          !isTestFile(file) && (family === undefined || this.index.factsOf(file)?.family === family),
      );
  }
}

function siteOf(
  file: CodeFile,
  range: { readonly name?: string; readonly start: number; readonly end: number } | undefined,
  lineBase1: number,
  evidence: CodeSite['evidence'][number],
): CodeSite {
  return {
    file: file.path,
    lineBase1,
    ...(range?.name !== undefined && { function: range.name }),
    matched: file.lineText(lineBase1),
    from: range?.start ?? file.source.startOfLine(file.lineOf(0)) ?? 0,
    to: range?.end ?? file.source.text.length,
    evidence: [evidence],
  };
}

function distinct(sites: readonly CodeSite[]): readonly CodeSite[] {
  return [...new Map(sites.map((site) => [`${site.file}:${site.from}:${site.to}`, site])).values()];
}
