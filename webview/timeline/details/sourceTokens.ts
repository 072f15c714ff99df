/** A piece of a source line. */
export interface SourceToken {
  readonly kind: 'plain' | 'keyword' | 'string' | 'comment' | 'number' | 'function';
  readonly text: string;
}

const keywords: ReadonlySet<string> = new Set(
  (
    'and as assert async await break case catch class const continue def default del do elif else enum except export extends ' +
    'false False finally for from function func go if implements import in instanceof interface is lambda let match new None ' +
    'nonlocal not null or package pass private protected public raise readonly return self static struct super switch this throw ' +
    'throws true True try type typeof undefined var void while with yield'
  ).split(' '),
);
const hashComments: ReadonlySet<string> = new Set([
  'python',
  'ruby',
  'shellscript',
  'yaml',
  'elixir',
  'perl',
  'r',
]);

/** Colours one line for the preview: keywords, texts, comments, numbers and calls. A line alone cannot tell what spans lines; one pass. */
export function sourceTokens(line: string, languageId: string): readonly SourceToken[] {
  const tokens: SourceToken[] = [];
  const add = (kind: SourceToken['kind'], text: string): void => {
    const last = tokens.at(-1);
    if (kind === 'plain' && last?.kind === 'plain') {
      tokens[tokens.length - 1] = { kind, text: last.text + text };
    } else {
      tokens.push({ kind, text });
    }
  };
  for (let i = 0; i < line.length;) {
    const char = line[i]!;
    if (isComment(line, i, languageId)) {
      add('comment', line.slice(i));
      break;
    }
    let end = i + 1;
    if (char === '"' || char === "'" || char === '`') {
      while (end < line.length && line[end] !== char) {
        end += line[end] === '\\' ? 2 : 1;
      }
      end = Math.min(end + 1, line.length);
      add('string', line.slice(i, end));
    } else if (/[\w$]/.test(char)) {
      while (end < line.length && /[\w$]/.test(line[end]!)) {
        end++;
      }
      add(kindOfWord(line.slice(i, end), line[end]), line.slice(i, end));
    } else {
      add('plain', char);
    }
    i = end;
  }
  return tokens;
}

function isComment(line: string, at: number, languageId: string): boolean {
  return hashComments.has(languageId)
    ? line[at] === '#'
    : line.startsWith('//', at) || line.startsWith('/*', at);
}

function kindOfWord(word: string, next: string | undefined): SourceToken['kind'] {
  if (/^\d/.test(word)) {
    return 'number';
  }
  if (keywords.has(word)) {
    return 'keyword';
  }
  return next === '(' ? 'function' : 'plain';
}
