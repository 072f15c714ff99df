import { earlyCalls } from '../../protocol/timeline';
import type { TimelineBundle } from './timelineBundle';

/** Asks for the words and the trace before the bundle is read, let alone run; `webview/shared/vscodeApi.ts` takes over. */
const askEarly = `
const vscode = acquireVsCodeApi();
const messages = [];
const keep = (event) => { messages.push(event.data); };
addEventListener('message', keep);
vscode.postMessage({ t: 'call', id: ${earlyCalls.translations}, method: 'translations' });
vscode.postMessage({ t: 'call', id: ${earlyCalls.open}, method: 'open', request: {} });
globalThis.early = { vscode, messages, end: () => { removeEventListener('message', keep); } };
`;

/**
 * The page of a timeline: set once, with a policy that lets in only its own scripts, style sheet and font. Script and style sheet are in the
 * page: VS Code brings a file to a webview through a service worker, the window and the extension's machine, which takes longer than all that
 * the page does before its first paint. The toolkit, which is not needed for that, comes as a file; it probes the browser with an empty style
 * element, for which it reads the nonce from the page.
 */
export function timelineHtml(page: {
  readonly nonce: string;
  /** Where the webview's own files come from. */
  readonly cspSource: string;
  /** The folder of those files; paths in script and style sheet are relative to it. */
  readonly folderUri: string;
  readonly bundle: TimelineBundle;
  readonly language: string;
}): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${page.nonce}'`,
    `style-src ${page.cspSource} 'nonce-${page.nonce}'`,
    `font-src ${page.cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${page.nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<base href="${page.folderUri}/">
<script nonce="${page.nonce}">${askEarly}</script>
<style nonce="${page.nonce}">${page.bundle.style}</style>
</head>
<body data-vscode-context='{"preventDefaultContextMenuItems": true, "webviewSection": "timeline"}'>
<script type="module" nonce="${page.nonce}">${page.bundle.script}</script>
</body>
</html>
`;
}
