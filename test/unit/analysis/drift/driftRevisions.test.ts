import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import { WorkspaceLines, type LinesSetup } from '../../../../src/analysis/lines/workspaceLines';
import { analyseTrace } from '../../../../src/core/failures/analyseTrace';
import type { FailureOrigin } from '../../../../src/core/failures/failureGroup';
import { traceIdFromHex } from '../../../../src/core/model/ids';
import { traceFromTables } from '../../../../src/core/model/traceBuilder';
import type { ServiceRevision } from '../../../../src/protocol/analysis';
import type { ResolvedFrame } from '../../../../src/protocol/resolve';
import { withHistory, type GitHistory } from '../../../kit/gitHistory';
import { madeTraceId, tableOf } from '../../core/failures/madeTrace';

const text = 'def charge():\n    total = load()\n    return total\n';
const stack =
  'Traceback (most recent call last):\n  File "/app/src/pay.py", line 2, in charge\n    total = load()\nValueError: x\n';

async function withLines<T>(
  folders: readonly string[],
  revisions: readonly ServiceRevision[],
  use: (lines: WorkspaceLines) => Promise<T>,
  more: Partial<LinesSetup> = {},
): Promise<T> {
  const lines = new WorkspaceLines({
    folders: folders.map((folder) => ({ name: path.basename(folder), path: folder })),
    ...{ mappings: [], revisions, chosenMaps: [], trusted: true },
    ...more,
  });
  try {
    return await use(lines);
  } finally {
    lines.dispose();
  }
}

/** Two commits: the second moves the line by one. */
async function withMoved<T>(use: (history: GitHistory, old: string) => Promise<T>): Promise<T> {
  return withHistory(async (history) => {
    const old = await history.commit({ 'src/pay.py': text });
    await history.commit({ 'src/pay.py': `# note\n${text}` });
    return use(history, old);
  });
}

function brief(frame: ResolvedFrame | undefined): string {
  const { location, deployed } = frame ?? {};
  return `${location?.grade} ${location?.lineBase1} ${location?.reason} ${deployed?.lineBase1 ?? 'no revision'}`;
}

describe('the revision of a service', () => {
  const moved = 'moved 3 revisionMoved 2';

  it('is the one a person said of this version, else of the service', async () => {
    await withMoved(async (history, old) => {
      const origin = (version: string): FailureOrigin => ({
        traceId: traceIdFromHex('4bf92f3577b34da6a3ce929d0e0e4736')!,
        ...{ spanId: '00f067aa0ba902b7', spanName: 'pay', service: 'shop', serviceVersion: version, stack },
      });
      const revisions = [
        { service: 'shop', revision: 'HEAD' },
        { service: 'shop', version: '7', revision: old.slice(0, 8) },
        { service: 'other', revision: 'nothing' },
      ];
      await withLines([history.folder], revisions, async (lines) => {
        assert.equal(brief(await lines.ofOrigin(origin('7'))), moved);
        const { exceptions } = await lines.ofText(stack, 'shop');
        // At HEAD another line stands there: what is printed and what is said disagree.
        assert.equal(exceptions[0]?.frames[0]?.deployed, undefined);
        assert.equal(exceptions[0]?.frames[0]?.location?.reason, 'sourceTextMoved');
        assert.deepEqual(
          (await lines.ofText(stack, 'other')).problems.map(({ code }) => code),
          ['revisionMissing'],
        );
      });
    });
  });

  it('comes with a failure and with a span, from what the resource says', async () => {
    await withMoved(async (history, old) => {
      const span = {
        ...{ id: '1', error: true, exception: { type: 'ValueError', message: 'x', stack } },
        resource: { 'vcs.ref.head.revision': old, 'host.name': 'a' },
      };
      const trace = traceFromTables(madeTraceId, [{ table: tableOf([span]) }]);
      const [run] = analyseTrace(trace).runs;
      const { origin } = run!.failures[0]!;
      assert.deepEqual({ ...origin.revisionAttributes }, { 'vcs.ref.head.revision': old });
      await withLines([history.folder], [], async (lines) => {
        assert.equal(brief(await lines.ofOrigin(origin)), moved);
        assert.equal(brief(await lines.ofSpan(trace, 0)), moved);
      });
      await withLines(
        [history.folder],
        [],
        async (lines) => {
          assert.match(brief(await lines.ofSpan(trace, 0)), /no revision$/);
        },
        { trusted: false },
      );
    });
  });

  it('gives the text of a file as it was, in any folder, and of none outside', async () => {
    await withMoved(async (history, old) => {
      await withLines([history.folder], [], async (lines) => {
        assert.equal(await lines.textAtRevision(old, 'src/pay.py', undefined), text);
        assert.equal(await lines.textAtRevision(old, '../repo/src/pay.py', 'repo'), text);
        assert.equal(await lines.textAtRevision(old, '../other/src/pay.py', 'repo'), undefined);
        assert.equal(await lines.textAtRevision(old, 'src/pay.py', 'none'), undefined);
        assert.equal(await lines.textAtRevision('HEAD', 'src/pay.py', 'repo'), undefined);
      });
    });
  });
});
