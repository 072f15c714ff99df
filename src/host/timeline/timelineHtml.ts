import { earlyCalls } from '../../protocol/timeline';

/** Asks for the words and the trace while the style sheet and the bundle are still on their way; `webview/shared/vscodeApi.ts` takes over. */
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
 * The page of a timeline: set once, with a policy that lets in only its first script, the bundle, style sheet and font. The toolkit probes
 * the browser with an empty style element, for which it reads the nonce from the page.
 */
export function timelineHtml(page: {
  readonly nonce: string;
  /** Where the webview's own files come from. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
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
<script nonce="${page.nonce}">${askEarly}</script>
<link rel="stylesheet" href="${page.styleUri}">
</head>
<body data-vscode-context='{"preventDefaultContextMenuItems": true, "webviewSection": "timeline"}'>
<script type="module" nonce="${page.nonce}" src="${page.scriptUri}"></script>
</body>
</html>
`;
}
