import { elixirName, erlangName } from './beamNames';
import { clojureScopes } from './clojure';
import type { CodeScope } from './codeScope';
import { cppScopes } from './cpp';
import { csharpScopes } from './csharp';
import { dartScopes } from './dart';
import { dotnetName, fsharpName } from './dotnetName';
import { elixirScopes } from './elixir';
import { erlangScopes } from './erlang';
import { fsharpScopes } from './fsharp';
import { goScopes } from './go';
import { goName } from './goName';
import { groovyScopes, javaScopes } from './java';
import { clojureName, jvmName } from './jvmName';
import { kotlinScopes } from './kotlin';
import { luaScopes } from './lua';
import { cppName, dartName, rustName, swiftName } from './nativeNames';
import { perlScopes } from './perl';
import { phpScopes } from './php';
import { rubyScopes } from './ruby';
import { rustScopes } from './rust';
import { scalaScopes } from './scala';
import { luaName, perlName, phpName, rubyName } from './scriptNames';
import { swiftScopes } from './swift';
import type { CompareOptions, WrittenName } from './writtenName';

/** How the functions of a language are found in its texts, and how its runtime prints them. */
export interface SourceLanguage extends CompareOptions {
  readonly scopes: (text: string) => CodeScope[];
  readonly written: (printed: string) => WrittenName | undefined;
  /** The compiler puts what it adds to a type (bridges, accessors of records, `valueOf`) at the line that declares it. */
  readonly addsMembers?: true;
  /** The runtime prints the variable that was called, which may have another name than the function. */
  readonly isCalledByVariable?: true;
}

function language(
  scopes: SourceLanguage['scopes'],
  written: SourceLanguage['written'],
  options: Partial<Omit<SourceLanguage, 'scopes' | 'written'>> = {},
): SourceLanguage {
  return { scopes, written, tellsClosures: false, ...options };
}

const ADDS_MEMBERS = { addsMembers: true } as const;

const JAVA = language(javaScopes, (printed) => jvmName(printed, 'java'), ADDS_MEMBERS);
const KOTLIN = language(kotlinScopes, (printed) => jvmName(printed, 'kotlin'), ADDS_MEMBERS);
const SCALA = language(scalaScopes, (printed) => jvmName(printed, 'scala'), ADDS_MEMBERS);
const GROOVY = language(groovyScopes, (printed) => jvmName(printed, 'groovy'), ADDS_MEMBERS);
const CLOJURE = language(clojureScopes, clojureName);
const GO = language(goScopes, goName, { tellsClosures: true });
const CSHARP = language(csharpScopes, dotnetName, ADDS_MEMBERS);
const FSHARP = language(fsharpScopes, fsharpName);
const RUST = language(rustScopes, rustName);
const CPP = language(cppScopes, cppName);
const SWIFT = language(swiftScopes, swiftName);
const DART = language(dartScopes, dartName);
const PHP = language(phpScopes, phpName, { tellsClosures: true, ignoreCase: true });
const RUBY = language(rubyScopes, rubyName);
const PERL = language(perlScopes, perlName, { tellsClosures: true });
const LUA = language(luaScopes, luaName, { isCalledByVariable: true });
const ELIXIR = language(elixirScopes, elixirName);
const ERLANG = language(erlangScopes, erlangName);

const BY_EXTENSION = new Map<string, SourceLanguage>(
  (
    [
      [JAVA, 'java aj'],
      [KOTLIN, 'kt kts'],
      [SCALA, 'scala sc'],
      [GROOVY, 'groovy gvy gy gsh gradle'],
      [CLOJURE, 'clj cljc'],
      [GO, 'go'],
      [CSHARP, 'cs'],
      [FSHARP, 'fs fsx'],
      [RUST, 'rs'],
      [CPP, 'c cc cpp cxx c++ h hh hpp hxx inl ipp'],
      [SWIFT, 'swift'],
      [DART, 'dart'],
      [PHP, 'php phtml inc'],
      [RUBY, 'rb rake ru'],
      [PERL, 'pl pm t cgi psgi'],
      [LUA, 'lua'],
      [ELIXIR, 'ex exs'],
      [ERLANG, 'erl hrl'],
    ] as const
  ).flatMap(([known, extensions]) => extensions.split(' ').map((extension) => [extension, known] as const)),
);

/** The language of a file by its extension; scripts and Python have checks of their own. */
export function sourceLanguageOf(path: string): SourceLanguage | undefined {
  return BY_EXTENSION.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}
