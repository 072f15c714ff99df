import type { FrameKind, StackLanguageId } from './frame';
import { kindOfPath } from './frameKind';
import { kindOfGoPackage, kindOfPhpFile } from './packageKind';

const BY_SDK: Readonly<Record<string, StackLanguageId>> = {
  nodejs: 'javascript',
  webjs: 'javascript',
  python: 'python',
  java: 'jvm',
  kotlin: 'jvm',
  go: 'go',
  dotnet: 'dotnet',
  php: 'php',
  rust: 'rust',
  ruby: 'ruby',
  elixir: 'elixir',
  erlang: 'erlang',
  swift: 'swift',
  cpp: 'cpp',
};

const BY_EXTENSION: Readonly<Record<string, StackLanguageId>> = {
  ...languages('javascript', 'js cjs mjs jsx ts cts mts tsx vue svelte'),
  ...languages('python', 'py pyx'),
  ...languages('jvm', 'java kt kts scala sc groovy clj'),
  ...languages('dotnet', 'cs fs vb'),
  go: 'go',
  php: 'php',
  rb: 'ruby',
  rs: 'rust',
};

function languages(language: StackLanguageId, extensions: string): Record<string, StackLanguageId> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, language]));
}

/** The language that a value of `telemetry.sdk.language` stands for. */
export function languageOfSdk(sdk: string | undefined): StackLanguageId | undefined {
  return sdk !== undefined && Object.hasOwn(BY_SDK, sdk) ? BY_SDK[sdk] : undefined;
}

/** The language of a source file, by its extension. */
export function languageOfFile(file: string): StackLanguageId | undefined {
  const extension = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}

/** Kind of the code in a source file of a language, by the path alone. */
export function kindOfSource(language: StackLanguageId, file: string): FrameKind {
  switch (language) {
    case 'php':
      return kindOfPhpFile(file);
    case 'go':
      return kindOfGoPackage(undefined, file);
    case 'ruby':
      return file.includes('/gems/') ? 'dependency' : 'app';
    default:
      return kindOfPath(file);
  }
}
