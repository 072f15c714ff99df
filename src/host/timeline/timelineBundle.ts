import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The text of the page's script and style sheet. */
export interface TimelineBundle {
  readonly script: string;
  readonly style: string;
}

/** Reads what the page holds from the folder of the built webview. */
export async function readTimelineBundle(folder: string): Promise<TimelineBundle> {
  const [script, style] = await Promise.all(
    ['timeline.js', 'timeline.css'].map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  return { script: script!, style: style! };
}
