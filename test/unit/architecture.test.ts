import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import {
  Command,
  container,
  ContextKey,
  RowFlag,
  Setting,
  settingDefaults,
  timelineCommands,
  timelineEditor,
  View,
} from '../../src/contributions';

interface MenuItem {
  readonly command?: string;
  readonly when?: string;
}
interface Manifest {
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly capabilities: Readonly<Record<string, { readonly supported: string }>>;
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title?: string;
      readonly category?: string;
      readonly icon?: string;
    }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly default?: unknown;
            readonly scope?: string;
            readonly description?: string;
            readonly markdownDescription?: string;
          }
        >
      >;
    };
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string }[] };
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly when?: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly when?: string;
      readonly contents: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings?: readonly {
      readonly command: string;
      readonly key: string;
      readonly when?: string;
    }[];
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
  };
}

const root = process.cwd();
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;
const allCommands: readonly string[] = [...Object.values(Command), ...Object.values(timelineCommands)];
const allContextKeys: readonly string[] = Object.values(ContextKey);

/** Who may import whom, type-only imports included; what is not named here may be imported by composition roots alone. */
const allowedImports: Readonly<Record<string, readonly string[]>> = {
  base: ['base'],
  core: ['core', 'base'],
  protocol: ['protocol', 'core', 'base'],
  words: ['protocol', 'core', 'base'],
  contributions: ['protocol', 'core', 'base'],
  backends: ['backends', 'protocol', 'core', 'base'],
  engine: ['engine', 'protocol', 'core', 'base'],
  analysis: ['analysis', 'protocol', 'core', 'base'],
  host: ['host', 'protocol', 'core', 'base', 'words', 'contributions'],
  webview: ['webview', 'protocol', 'core', 'base', 'words'],
};

/** `src/engine/store/x.ts` is of `engine`; files of `src` itself are roots but for the two that everybody may read. */
function layerOf(file: string): string {
  const [top, second = ''] = file.split('/');
  if (top === 'webview') {
    return 'webview';
  }
  if (file === 'src/words.ts' || file === 'src/contributions.ts') {
    return path.basename(file, '.ts');
  }
  return second.endsWith('.ts') || second === 'cli' ? 'root' : second;
}

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const sources = globSync(['src/**/*.ts', 'webview/**/*.ts'], { cwd: root }).map((file) =>
  file.replaceAll('\\', '/'),
);
const imports = sources.flatMap(importsOf);

function importsOf(from: string): Import[] {
  const text = readFileSync(path.join(root, from), 'utf8');
  const source = ts.createSourceFile(from, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      found.push({ from, specifier: node.moduleSpecifier.text, typeOnly });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      found.push({ from, specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument;
      if (ts.isStringLiteral(literal)) {
        found.push({ from, specifier: literal.text, typeOnly: true });
      }
    } else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText(source) === 'require')
    ) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) {
        found.push({ from, specifier: argument.text, typeOnly: false });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function targetOf({ from, specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : undefined;
}

/** Every `when` clause of the manifest. */
function whenClauses(): string[] {
  return [
    ...Object.values(contributes.menus).flat(),
    ...Object.values(contributes.views).flat(),
    ...contributes.viewsWelcome,
    ...(contributes.keybindings ?? []),
  ].flatMap(({ when }) => (when === undefined ? [] : [when]));
}

/** Own context keys that a clause asks for; view ids and custom editors are compared with and are no keys. */
function ownKeysIn(when: string): string[] {
  const compared: readonly string[] = [...Object.values(View), timelineEditor.viewType];
  return [...when.matchAll(/\bspanline(?:\.\w+)+/g)]
    .map(([key]) => key)
    .filter((key) => !compared.includes(key));
}

/** Places, as `file:line`, where a string that starts with `spanline.` is spelled outside of the table of names. */
function spelledNames(): string[] {
  return sources
    .filter((file) => file !== 'src/contributions.ts')
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isStringLiteralLike(node) && /^spanline\.\w/.test(node.text)) {
          found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
      return found;
    });
}

/** Members of a name table (`Command.x`, `Setting.x`) that code outside of it uses. */
function usedMembers(table: string): Set<string> {
  const used = new Set<string>();
  for (const file of sources.filter((name) => name !== 'src/contributions.ts')) {
    const text = readFileSync(path.join(root, file), 'utf8');
    for (const [, member] of text.matchAll(new RegExp(`\\b${table}\\.(\\w+)`, 'g'))) {
      used.add(member!);
    }
  }
  return used;
}

describe('architecture', () => {
  describe('imports', () => {
    it('are read from every source file', () => {
      assert.ok(sources.length > 100, `only ${sources.length} files were found`);
      assert.ok(imports.some(({ from, typeOnly }) => from === 'src/extension.ts' && typeOnly));
    });

    it('point inward: edges never see each other', () => {
      const wrong = imports.filter((one) => {
        const target = targetOf(one);
        const layer = layerOf(one.from);
        return (
          target !== undefined &&
          layer !== 'root' &&
          !(allowedImports[layer] ?? []).includes(layerOf(`${target}.ts`))
        );
      });
      assert.deepEqual(
        wrong.map(({ from, specifier }) => `${from} imports ${specifier}`),
        [],
      );
    });

    it("take 'vscode' in src/host alone, and its types also in the two roots of the extension", () => {
      const wrong = imports.filter(
        ({ from, specifier, typeOnly }) =>
          specifier === 'vscode' &&
          layerOf(from) !== 'host' &&
          !(typeOnly && (from === 'src/extension.ts' || from === 'src/app.ts')),
      );
      assert.deepEqual(wrong, []);
    });

    it('take nothing of Node in base, core, protocol and the webview', () => {
      const pure = new Set(['base', 'core', 'protocol', 'words', 'contributions', 'webview']);
      const wrong = imports.filter(
        ({ from, specifier }) => pure.has(layerOf(from)) && specifier.startsWith('node:'),
      );
      assert.deepEqual(wrong, []);
    });

    it('take the webview toolkit in one file', () => {
      const files = imports
        .filter(({ specifier }) => specifier.startsWith('@vscode/webview-ui-toolkit'))
        .map(({ from }) => from);
      assert.equal(new Set(files).size, 1, files.join(', '));
    });

    it('take undici in the HTTP client of the backends alone', () => {
      const outside = imports.filter(
        ({ from, specifier }) => specifier === 'undici' && !/^src\/backends\/\w+\.ts$/.test(from),
      );
      assert.deepEqual(outside, []);
    });
  });

  it('keeps extension.ts a table of contents of at most 60 lines', () => {
    const lines = readFileSync(path.join(root, 'src/extension.ts'), 'utf8').trimEnd().split('\n');
    assert.ok(lines.length <= 60, `${lines.length} lines`);
  });

  it('spells command, setting, context key and view names in contributions.ts alone', () => {
    assert.deepEqual(spelledNames(), []);
  });

  describe('manifest', () => {
    it('has the commands of contributions.ts, no more and no fewer', () => {
      assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), [...allCommands].sort());
    });

    it('gives every command a title in Title Case and the category', () => {
      for (const { command, title = '', category } of contributes.commands) {
        const isTimeline = command.startsWith(`${timelineEditor.viewType}.`);
        assert.equal(category, isTimeline ? 'Spanline Timeline' : 'Spanline', command);
        assert.match(title, /^[A-Z]/, command);
        // Short words stay small, as in VS Code's own titles.
        const small = new Set([
          'a',
          'all',
          'and',
          'as',
          'by',
          'for',
          'from',
          'in',
          'of',
          'or',
          'the',
          'to',
          'with',
        ]);
        const wrong = title.split(' ').filter((word) => /^[a-z]/.test(word) && !small.has(word));
        assert.deepEqual(wrong, [], `${command}: ${title}`);
      }
    });

    it('gives an icon to every command that stands in a title bar or beside a row', () => {
      const icons = new Map(contributes.commands.map(({ command, icon }) => [command, icon]));
      const shown = ['view/title', 'view/item/context', 'editor/title'].flatMap((menu) =>
        (contributes.menus[menu] ?? []).filter((item) =>
          /^(?:navigation|inline)/.test((item as { readonly group?: string }).group ?? ''),
        ),
      );
      assert.ok(shown.length > 0);
      for (const { command = '' } of shown) {
        assert.match(icons.get(command) ?? '', /^\$\([\w-]+\)$/, command);
      }
    });

    it('names only commands that exist in menus, keybindings and welcome contents', () => {
      const named = [
        ...Object.values(contributes.menus)
          .flat()
          .map(({ command }) => command),
        ...(contributes.keybindings ?? []).map(({ command }) => command),
        ...contributes.viewsWelcome.flatMap(({ contents }) =>
          [...contents.matchAll(/\(command:([\w.]+)\)/g)].map(([, command]) => command),
        ),
      ].filter((command) => command !== undefined);
      assert.deepEqual(
        named.filter((command) => !allCommands.includes(command)),
        [],
      );
    });

    it('has the settings of contributions.ts with the same defaults', () => {
      const defaults = Object.entries(contributes.configuration.properties).map(([key, schema]) => [
        key,
        schema.default,
      ]);
      assert.deepEqual(Object.fromEntries(defaults), settingDefaults);
    });

    it('describes every setting and gives it a scope', () => {
      for (const [key, { description = '', markdownDescription = description, scope }] of Object.entries(
        contributes.configuration.properties,
      )) {
        assert.match(markdownDescription, /\.$/, key);
        assert.ok(scope !== undefined, key);
      }
    });

    it('has views, container and custom editor of contributions.ts', () => {
      assert.deepEqual(
        contributes.viewsContainers.activitybar.map(({ id }) => id),
        [container],
      );
      assert.deepEqual(
        contributes.views[container]?.map(({ id }) => id),
        Object.values(View),
      );
      assert.deepEqual(
        contributes.customEditors.map(({ viewType }) => viewType),
        [timelineEditor.viewType],
      );
      assert.ok(
        contributes.customEditors[0]?.selector.every(({ filenamePattern }) =>
          filenamePattern.endsWith(timelineEditor.extension),
        ),
      );
    });

    it('asks in when clauses for the context keys of contributions.ts, each at least once', () => {
      const asked = new Set(whenClauses().flatMap(ownKeysIn));
      assert.deepEqual([...asked].sort(), [...allContextKeys].sort());
    });

    it('asks for rows by the words of contributions.ts, each at least once', () => {
      const asked = whenClauses().flatMap((when) =>
        [...when.matchAll(/viewItem =~ \/\\b(\w+)\\b\//g)].map(([, word]) => word!),
      );
      assert.deepEqual([...new Set(asked)].sort(), Object.values(RowFlag).sort());
      // Any other way to ask for a row would escape this test.
      const rest = whenClauses().filter((when) => /viewItem (?!=~ \/\\b\w+\\b\/)/.test(when));
      assert.deepEqual(rest, []);
    });

    it('has the settings of the table of the README', () => {
      const [, settings] = readFileSync('README.md', 'utf8').split('\n## Settings\n');
      const rows = settings!.split('\n## ', 1)[0]!.matchAll(/`(spanline\.[\w.]+)`/g);
      assert.deepEqual(
        [...rows].map(([, name]) => name!).sort(),
        Object.keys(manifest.contributes.configuration.properties).sort(),
      );
    });

    it('runs in the workspace, starts with VS Code, and is limited where it must be', () => {
      assert.deepEqual(manifest.extensionKind, ['workspace']);
      assert.deepEqual(manifest.activationEvents, ['onStartupFinished']);
      assert.equal(manifest.capabilities['untrustedWorkspaces']?.supported, 'limited');
      assert.equal(manifest.capabilities['virtualWorkspaces']?.supported, 'limited');
    });
  });

  describe('names', () => {
    for (const [name, table] of Object.entries({ Command, Setting, ContextKey, RowFlag, timelineCommands })) {
      it(`of ${name} are all used`, () => {
        const used = usedMembers(name);
        // Commands of the timeline are registered in one loop over their table.
        const unused = name === 'timelineCommands' ? [] : Object.keys(table).filter((key) => !used.has(key));
        assert.deepEqual(unused, []);
      });
    }
  });
});
