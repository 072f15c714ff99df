import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stringsOf } from '../../../../src/core/model/attributes';
import type { Trace } from '../../../../src/core/model/trace';
import { criticalPath, piecesByRow } from '../../../../src/core/timeline/criticalPath';
import { durationText } from '../../../../src/core/timeline/durationText';
import { errorRoles } from '../../../../src/core/timeline/errorOrigins';
import { nodeTree } from '../../../../src/core/timeline/nodeTree';
import { selfTime } from '../../../../src/core/timeline/selfTime';
import { xPxFromTimeNs, wholeTrace } from '../../../../src/core/timeline/viewport';
import { checkoutTrace } from '../../../kit/checkoutSample';

/** A waterfall in text: `█` self time, `░` time in children, `_` on the critical path where the span itself is. */
function drawn(trace: Trace, columns: number): string[] {
  const strings = stringsOf(trace.spans);
  const tree = nodeTree(trace);
  const roles = errorRoles(trace);
  const path = criticalPath(trace);
  const pieces = piecesByRow(path);
  const scale = { ...wholeTrace(trace.durationNs), widthPx: columns };
  return Array.from(tree.rows, (row, node) => {
    const indent = ' '.repeat(tree.depth[node]!);
    if (row < 0) {
      return `${indent}(${strings.get(tree.headings[-1 - row]!.service)})`;
    }
    const cells: string[] = new Array<string>(columns).fill(' ');
    const fill = (fromNs: number, toNs: number, cell: string): void => {
      const from = Math.floor(xPxFromTimeNs(scale, fromNs));
      const to = Math.max(from + 1, Math.round(xPxFromTimeNs(scale, toNs)));
      cells.fill(cell, from, Math.min(to, columns));
    };
    const startNs = trace.startNs[row]!;
    fill(startNs, startNs + trace.spanDurationNs[row]!, '░');
    const own = selfTime(trace, row).intervalsNs;
    for (let i = 0; i < own.length; i += 2) {
      if (own[i + 1]! - own[i]! > trace.durationNs / columns) {
        fill(own[i]!, own[i + 1]!, '█');
      }
    }
    const critical = (pieces.get(row) ?? []).some((piece) => path.endNs[piece]! - path.startNs[piece]! > 1e9);
    const mark = ['', '× ', '⊗ '][roles[row]!]!;
    const name = `${indent}${mark}${strings.get(trace.spans.names[row]!)}`.padEnd(22);
    return `${name}|${cells.join('')}| ${durationText(trace.spanDurationNs[row]!)}${critical ? ' *' : ''}`;
  });
}

describe('layout of a trace', () => {
  it('is the waterfall of the pictures', () => {
    assert.deepEqual(drawn(checkoutTrace(), 38), [
      '× POST /checkout      |░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░| 37.9 s',
      ' verifySession        |░                                     | 306 ms',
      '  GET session         |░                                     | 278 ms',
      ' GET /cart/{id}       |░░                                    | 1.65 s',
      '  GET /cart/{id}      |░░                                    | 1.58 s',
      '   HGETALL cart       |░                                     | 120 ms',
      '   stock.peek         |░                                     | 660 ms',
      '   price.quote        |██                                    | 1.35 s *',
      ' × POST /orders       |  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░| 35.9 s',
      '  × POST /orders      |  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░| 35.8 s',
      '   validate           |  ░                                   | 260 ms',
      '   reserve_stock      |  ░░                                  | 1.66 s',
      '    POST /reserve     |  ░░                                  | 1.54 s',
      '     UPDATE stock     |  ██                                  | 1.35 s *',
      '   × charge           |    ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ | 32.3 s',
      '    × POST /authorize |    ░                                 | 1.18 s',
      '     ⊗ POST /v2/auth  |    █                                 | 1.11 s *',
      '    POST /authorize   |     ░                                | 520 ms',
      '     POST /v2/auth    |     ░                                | 450 ms',
      '    ⊗ orders.find     |      ██████████████████████████████  | 30.0 s *',
      '     hello mongo-1    |      ░                               | 80 ms',
      '   POST /void         |                                    ░░| 1.34 s',
      '    POST /v2/void     |                                    ██| 1.23 s *',
      ' recordOutcome        |                                     ░| 40 ms',
      '(inventory)',
      ' stock.release        |                                    ██| 1.00 s',
      ' UPDATE stock         |                                    ░ | 0 s',
    ]);
  });
});
