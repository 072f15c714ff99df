import { readFile } from 'node:fs/promises';
import { fixturePath } from './fixture';

/** The themes that every view is looked at in. */
export type WebviewTheme = 'light' | 'dark' | 'highContrast';

/** What VS Code puts on a webview's page: the class of `body` and the variables of the root element. */
export interface ThemeVariables {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A theme as VS Code 1.105 or newer gives it to webviews; recorded from a running one. */
export async function variablesOfTheme(theme: WebviewTheme): Promise<ThemeVariables> {
  const themes = JSON.parse(await readFile(fixturePath('webviewThemes.json'), 'utf8')) as Readonly<
    Record<WebviewTheme, ThemeVariables>
  >;
  return themes[theme];
}
