/** The only importer of `@vscode/webview-ui-toolkit`, which is no longer developed: what replaces it one day replaces this file. */
import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** Registers the elements that `toolkit.ts` makes. */
export function registerElements(): void {
  provideVSCodeDesignSystem().register(
    vsCodeBadge(),
    vsCodeButton(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
  // The toolkit takes VS Code's colours once the window has loaded, and would wait for that in vain.
  if (document.readyState === 'complete') {
    window.dispatchEvent(new Event('load'));
  }
}
