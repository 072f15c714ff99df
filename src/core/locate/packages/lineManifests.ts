import type { PackageName } from './packageName';

/** Names in manifests that are read line by line: where a name stands is the same in all that tools write. */
export function lineManifestNames(
  ecosystem: 'rust' | 'dart' | 'elixir' | 'ruby' | 'python',
  text: string,
): PackageName[] {
  switch (ecosystem) {
    case 'rust':
      // Crates are named with `_` in code.
      return sectionNames(text, /^\[\[?(?:package|lib|bin|example|test)\]\]?$/)
        .map((name) => name.replaceAll('-', '_'))
        .map(own);
    case 'python':
      return [
        ...sectionNames(text, /^\[(?:project|tool\.poetry|metadata)\]$/),
        ...[...text.matchAll(/^\s+name\s*=\s*["']([\w.-]{1,200})["']/gm)].map((match) => match[1]!),
      ].map((name) => own(name.toLowerCase().replaceAll(/[-.]/g, '_')));
    case 'dart':
      return firstNames(text, /^name:\s*["']?(\w{1,200})/m);
    case 'elixir':
      return firstNames(text, /\bapp:\s*:(\w{1,200})/);
    case 'ruby':
      return firstNames(text, /\.name\s*=\s*["']([\w.-]{1,200})["']/);
  }
}

function own(name: string): PackageName {
  return { name, folder: '' };
}

function firstNames(text: string, pattern: RegExp): PackageName[] {
  const name = pattern.exec(text)?.[1];
  return name === undefined ? [] : [own(name)];
}

/** Values of `name` in sections of TOML or INI. */
function sectionNames(text: string, section: RegExp): string[] {
  const names: string[] = [];
  let isInside = false;
  for (const line of text.split('\n')) {
    const bare = line.trim();
    if (bare.startsWith('[')) {
      isInside = section.test(bare.replace(/\s*#.*$/, ''));
    } else if (isInside) {
      const name = /^name\s*=\s*["']?([\w.-]{1,200})/.exec(bare)?.[1];
      if (name !== undefined) {
        names.push(name);
      }
    }
  }
  return names;
}
