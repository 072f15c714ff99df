import type { CodeFile } from './spanCodeFiles';

/** Methods of drivers by the command that they send. */
const CALLS: Readonly<Record<string, RegExp>> = {
  find: /^find(?:_?one|One|AndRaw)?$/,
  insert: /^(?:insert|insert_one|insert_many|insertOne|insertMany|InsertOne|InsertMany|save|create)$/,
  update:
    /^(?:update|update_one|update_many|updateOne|updateMany|UpdateOne|UpdateMany|replace_one|replaceOne)$/,
  delete: /^(?:delete|delete_one|delete_many|deleteOne|deleteMany|DeleteOne|DeleteMany|remove)$/,
  findandmodify:
    /^(?:find_one_and_(?:update|replace|delete)|findOneAnd(?:Update|Replace|Delete)|FindOneAnd(?:Update|Replace|Delete))$/,
  aggregate: /^(?:aggregate|Aggregate|count_documents|countDocuments|CountDocuments)$/,
  count: /^(?:count|estimated_document_count|estimatedDocumentCount)$/,
  distinct: /^[dD]istinct$/,
};

/** Lines that call an operation on what a literal of the collection's name was assigned to, or in the same statement as it. */
export function collectionCalls(
  { tokens }: CodeFile,
  { name, operation }: { readonly name: string; readonly operation: string },
): readonly number[] {
  if (!tokens) {
    return [];
  }
  const calls = Object.hasOwn(CALLS, operation) ? CALLS[operation]! : new RegExp(`^${operation}$`, 'i');
  const holders = new Set<string>();
  const lines: number[] = [];
  for (let at = 0; at < tokens.count; at++) {
    if (tokens.isText(at) && tokens.literal(at) === name) {
      const holder = assigned(at);
      if (holder !== undefined) {
        holders.add(holder);
      }
      // `db["orders"].find_one(…)`, `db.collection("orders").findOne(…)`.
      const dot = at + 2;
      if (tokens.is(dot, '.') && tokens.isName(dot + 1) && calls.test(tokens.word(dot + 1))) {
        lines.push(tokens.lines[at]!);
      }
    }
  }
  for (let at = 2; at < tokens.count; at++) {
    const isCall = tokens.isName(at) && tokens.is(at + 1, '(') && tokens.is(at - 1, '.');
    if (isCall && holders.has(tokens.word(at - 2)) && calls.test(tokens.word(at))) {
      lines.push(tokens.lines[at]!);
    }
  }
  return lines;

  function assigned(from: number): string | undefined {
    for (let at = from, steps = 0; at > 0 && steps < 40; at--, steps++) {
      if (tokens!.is(at, ')') || tokens!.is(at, ']')) {
        at = Math.max(tokens!.mates[at]!, 0);
      } else if (tokens!.is(at, '=') && !tokens!.is(at - 1, '=')) {
        return tokens!.word(tokens!.is(at - 1, ':') ? at - 2 : at - 1);
      }
      if (tokens!.is(at, ';') || tokens!.is(at, '{')) {
        return undefined;
      }
    }
    return undefined;
  }
}
