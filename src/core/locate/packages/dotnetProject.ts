import { baseName } from '../pathIndex';
import type { PackageName } from './packageName';

/** The namespace that the types of a .NET project are below: its `RootNamespace`, else what the SDK makes of the project's name. */
export function dotnetProjectNames(text: string, path: string): PackageName[] {
  const written = /<RootNamespace>\s{0,100}([^<\s]{0,500})/.exec(withoutComments(text))?.[1];
  const name =
    written ??
    baseName(path)
      .replace(/\.\w+$/, '')
      .replaceAll(' ', '_');
  // Properties of a build are not known here: a namespace made of them is none.
  return name === '' || name.includes('$(') ? [] : [{ name, folder: '' }];
}

function withoutComments(text: string): string {
  const [first = '', ...rest] = text.split('<!--');
  return rest.reduce((kept, part) => {
    const end = part.indexOf('-->');
    return end === -1 ? kept : kept + part.slice(end + 3);
  }, first);
}
