import type { PackageName } from './packageName';

/** The module of a `go.mod`, and modules that it or a `go.work` replaces by folders. */
export function goModNames(text: string): PackageName[] {
  const names: PackageName[] = [];
  for (const line of text.split('\n')) {
    const bare = line.replace(/\/\/.*$/, '').trim();
    const module = /^module\s+"?([^\s"]{1,500})"?$/.exec(bare);
    if (module) {
      names.push({ name: module[1]!, folder: '' });
    }
    const replaced =
      /^(?:replace\s+)?"?([^\s"]{1,500})"?(?:\s+v\S{1,100})?\s+=>\s+"?(\.{1,2}\/[^\s"]{0,500})"?$/.exec(bare);
    if (replaced) {
      names.push({ name: replaced[1]!, folder: replaced[2]! });
    }
  }
  return names;
}
