import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { commands, ConfigurationTarget, Uri, window, workspace, type CodeLens } from 'vscode';
import type { App } from '../../src/app.ts';
import type { AnalysisCalls } from '../../src/host/analysisCalls.ts';
import { CodeTracesOfFile } from '../../src/host/codeLens/codeTracesOfFile.ts';
import { failingLine } from './failedCheckout.ts';
import { eventually, freePort, runningApp } from './runningApp.ts';

const traceId = '1af7651916cd43dd8448eb211c80319d';

/** A run of a function that did not fail; its span names the line. */
function goodRun(endMs: number): string {
  const endNs = BigInt(endMs) * 1_000_000n;
  const text = (key: string, value: string): unknown => ({ key, value: { stringValue: value } });
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'prices')] },
        scopeSpans: [
          {
            scope: { name: 'test' },
            spans: [
              {
                traceId,
                spanId: '00000000000000b1',
                name: 'GET /total',
                kind: 2,
                startTimeUnixNano: String(endNs - 1_800_000_000n),
                endTimeUnixNano: String(endNs),
                attributes: [
                  text('code.file.path', `/srv/app/${failingLine.path}`),
                  { key: 'code.line.number', value: { intValue: String(failingLine.lineBase1) } },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
}

describe('traces of a function', () => {
  let app: App;

  before(async function () {
    const running = await runningApp();
    if (!running) {
      this.skip();
    }
    app = running;
    await commands.executeCommand('workbench.view.extension.spanline');
    if (!app.receiver.address) {
      const port = await freePort();
      await workspace.getConfiguration().update('spanline.receiver.port', port, ConfigurationTarget.Global);
      await commands.executeCommand('spanline.startReceiver');
    }
    const response = await fetch(`${app.receiver.address!}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: goodRun(Date.now()),
    });
    assert.equal(response.status, 200);
  });

  const uri = (): Uri => Uri.joinPath(workspace.workspaceFolders![0]!.uri, failingLine.path);

  async function lensesOf(): Promise<readonly CodeLens[]> {
    const found = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri(), 10);
    return found.filter(({ command }) => command?.command === 'spanline.showTracesHere');
  }

  it('stand above the function that they ran through', async () => {
    await window.showTextDocument(uri());
    // Failures of other tests may be counted before the run that went well is.
    const lenses = await eventually('a lens of all runs', app.model.onDidChange, async () => {
      await commands.executeCommand('spanline.refreshFailures');
      const found = await lensesOf();
      const title = found[0]?.command?.title ?? '';
      return /^\d+ of \d+ failed( \(.* %\))? · p95 .* · last \d+ \w ago$/.test(title) ? found : undefined;
    });
    assert.equal(lenses.length, 1);
    assert.ok(lenses[0]!.range.start.line < failingLine.lineBase1);
  });

  it('hold no lens back while the worker is silent, and ask it no longer than they are wanted', async () => {
    const asked: AbortSignal[] = [];
    const silent: AnalysisCalls = {
      call: (_method, _request, signal) => {
        asked.push(signal!);
        return new Promise<never>(() => undefined);
      },
      on: () => ({ dispose: () => undefined }),
    };
    const functions = new CodeTracesOfFile(silent, app.model, app.lines.buffers);
    const document = await workspace.openTextDocument(uri());
    assert.deepEqual(functions.known(document), []);
    assert.deepEqual(functions.known(document), []);
    assert.deepEqual(
      asked.map(({ aborted }) => aborted),
      [false],
    );
    functions.dispose();
    assert.equal(asked[0]!.aborted, true);
  });

  it('are not told where the setting is off', async () => {
    await workspace.getConfiguration().update('spanline.editor.codeLens', false, ConfigurationTarget.Global);
    assert.deepEqual(await lensesOf(), []);
    await workspace
      .getConfiguration()
      .update('spanline.editor.codeLens', undefined, ConfigurationTarget.Global);
  });
});
