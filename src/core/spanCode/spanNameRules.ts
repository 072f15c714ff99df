import type { Call } from './callReader';
import type { ScanPlace, ScanRule } from './scanRule';

/** Calls that start a span, by name, with the place of the span's name among the arguments. */
const STARTS: Readonly<Record<string, number>> = {
  startSpan: 0,
  startActiveSpan: 0,
  start_span: 0,
  start_as_current_span: 0,
  start_with_context: 0,
  StartActivity: 0,
  StartActiveSpan: 0,
  StartSpan: 0,
  StartRootSpan: 0,
  spanBuilder: 0,
  span_builder: 0,
  in_span: 0,
  with_span: 0,
  start_root_span: 0,
  Start: 1,
  StartSpanFromContext: 1,
  span: 0,
  info_span: 0,
  debug_span: 0,
  warn_span: 0,
  error_span: 0,
  trace_span: 0,
  traced: 0,
  withSpan: 0,
  inSpan: 0,
  NewHandler: 1,
  setName: 0,
  updateName: 0,
};

/** Names that other libraries use, too: only a span name in the right place and a tracer before it make them sure. */
const WEAK = new Set([
  'Start',
  'span',
  'setName',
  'withSpan',
  'inSpan',
  'traced',
  'NewHandler',
  'updateName',
]);

/** Rules for calls and declarations that give a span its name. */
export const spanNameRules: ReadonlyMap<string, ScanRule> = new Map<string, ScanRule>([
  ...Object.keys(STARTS).map((name): [string, ScanRule] => [name, start]),
  ['WithSpan', annotation],
  ['Observed', annotation],
  ['instrument', annotation],
  ['NewSpan', annotation],
  ['ContinueSpan', annotation],
  ['Traced', annotation],
]);

function start(call: Call, place: ScanPlace): void {
  const { reader } = place;
  if (call.decorates) {
    annotation(call, place);
    return;
  }
  const at = STARTS[call.name]!;
  const isRustMacro = reader.tokens.dialect.family === 'rust' && reader.tokens.is(call.at + 1, '!');
  const place_ = isRustMacro && call.name === 'span' ? 1 : at;
  const argument = reader.argument(call, place_, 'name', 'spanName', 'span_name') ?? call.args[place_];
  const parts = reader.partsOf(argument);
  if (parts === undefined || parts.every((part) => part.trim() === '')) {
    return;
  }
  reader.facts.push({ kind: 'span', parts, isSure: !WEAK.has(call.name), lineBase1: call.lineBase1 });
}

/** `@WithSpan("charge")`, `#[tracing::instrument(name = "charge")]`; without a name the function's own is the span's. */
function annotation(call: Call, place: ScanPlace): void {
  const { reader } = place;
  if (!call.decorates) {
    return;
  }
  const handler = reader.declaredAfter(call.end);
  const said = call.args.find(({ name }) => name === 'name' || name === 'value' || name === 'contextualName');
  const first = call.args[0];
  const name =
    reader.textOf(said) ??
    (first?.name === undefined && first && reader.tokens.isText(first.from)
      ? reader.textOf(first)
      : undefined);
  if (!handler) {
    return;
  }
  const isType = reader.tokens.dialect.family === 'jvm';
  const owner = isType ? classOf(place.path) : undefined;
  const parts = [name ?? (owner === undefined ? handler.name : `${owner}.${handler.name}`)];
  reader.facts.push({ kind: 'span', parts, isSure: true, handler, lineBase1: call.lineBase1 });
}

/** A class of Java stands in the file of its name. */
function classOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.\w{1,8}$/, '');
}

/** Whether a span's name is a literal's, with anything between its parts; linear. */
export function fitsSpanName(name: string, parts: readonly string[]): boolean {
  if (parts.length === 1) {
    return name === parts[0];
  }
  const last = parts.length - 1;
  if (!name.startsWith(parts[0]!) || !name.endsWith(parts[last]!)) {
    return false;
  }
  let at = parts[0]!.length;
  const end = name.length - parts[last]!.length;
  for (const part of parts.slice(1, last)) {
    const found = name.indexOf(part, at);
    if (found === -1) {
      return false;
    }
    at = found + part.length;
  }
  return at <= end;
}
