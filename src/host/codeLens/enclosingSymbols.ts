import * as vscode from 'vscode';

/** A symbol as a language server has it. */
export interface EnclosingSymbol {
  readonly name: string;
  readonly range: vscode.Range;
}

/** The symbols around a line, outermost first; none where no language server runs. */
export async function enclosingSymbols(
  uri: vscode.Uri,
  lineBase1: number,
): Promise<readonly EnclosingSymbol[]> {
  let level: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] =
    (await vscode.commands.executeCommand<(vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
      'vscode.executeDocumentSymbolProvider',
      uri,
    )) ?? [];
  const found: EnclosingSymbol[] = [];
  while (level.length > 0) {
    const around = level.filter((symbol) => {
      const { start, end } = rangeOf(symbol);
      return start.line < lineBase1 && lineBase1 - 1 <= end.line;
    });
    found.push(...around.map((symbol) => ({ name: symbol.name, range: rangeOf(symbol) })));
    level = around.flatMap((symbol) => ('children' in symbol ? symbol.children : []));
  }
  return found;
}

function rangeOf(symbol: vscode.DocumentSymbol | vscode.SymbolInformation): vscode.Range {
  return 'location' in symbol ? symbol.location.range : symbol.range;
}
