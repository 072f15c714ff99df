import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { installPackage, type Progress } from './install.mts';

/** A browser to drive: its program and the environment it needs beside ours. */
export interface Chromium {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge'];
const macPrograms = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/**
 * The Chrome or Chromium of this machine, or else, on Linux, one from npm. `SPANLINE_CHROME` names another program.
 * Throws a sentence that says what to install where there is neither.
 */
export async function findChromium(progress: Progress): Promise<Chromium> {
  const installed = process.env['SPANLINE_CHROME'] ?? installedBrowser();
  if (installed !== undefined) return { executablePath: installed, env: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chrome or Chromium found: install one, or name its program in SPANLINE_CHROME.');
  }
  const folder = await installPackage('chromium', 'Chromium 153', progress, unpack);
  const libraries = [path.join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']];
  return {
    executablePath: path.join(folder, 'chromium'),
    env: {
      // Libraries of the package, so that nothing has to be installed as root.
      LD_LIBRARY_PATH: libraries.filter(Boolean).join(':'),
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: await writeFontSettings(folder) }),
    },
  };
}

function installedBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...(process.platform === 'darwin' ? macPrograms : []), ...onPath].find((file) => existsSync(file));
}

/** Chromium crashes where it finds no font at all, and the package's own settings look for its fonts in other folders. */
async function writeFontSettings(folder: string): Promise<string> {
  const file = path.join(folder, 'fonts.conf');
  const dirs = `<dir>${path.join(folder, 'fonts')}</dir><cachedir>${path.join(folder, 'fontCache')}</cachedir>`;
  await writeFile(file, `<?xml version="1.0"?>\n<fontconfig>${dirs}</fontconfig>\n`);
  return file;
}

/** The package unpacks to the folder of temporary files of the process, hence one of its own. */
async function unpack(folder: string): Promise<void> {
  const script = `
    import { createRequire } from 'node:module';
    import { writeFile } from 'node:fs/promises';
import path from 'node:path';
    import chromium, { inflate } from '@sparticuz/chromium';
    await chromium.executablePath();
    const main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
    await inflate(path.join(path.dirname(main), '..', 'bin', 'al2023.tar.br'));`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
  });
}
