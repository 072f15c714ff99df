import * as vscode from 'vscode';

import { oneLine } from './plainText';

/** A term before its value; with an empty term the value stands alone. */
export type Term = readonly [term: string, value: string];

const mostCharacters = 2000;

/** Appends `Term: value` lines; those without a value are left out. Values may be of traces: nothing in them is read as Markdown. */
export function appendTerms(markdown: vscode.MarkdownString, terms: readonly Term[]): void {
  for (const [term, value] of terms.filter(([, each]) => each !== '')) {
    const escaped = new vscode.MarkdownString().appendText(oneLine(value, mostCharacters)).value;
    markdown.appendMarkdown(term === '' ? '' : `${term}: `);
    // Spaces of `appendText` do not break, so that a long line would break inside a word.
    markdown.appendMarkdown(escaped.replaceAll('&nbsp;', ' ')).appendMarkdown('  \n');
  }
}
