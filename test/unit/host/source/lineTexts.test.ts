import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { base1 } from '../../../../src/base/units';
import { helpFor } from '../../../../src/host/source/frameHelp';
import { movedText } from '../../../../src/host/source/lineText';
import type { ResolvedFrame } from '../../../../src/protocol/resolve';

const frame: ResolvedFrame = {
  raw: 'at find (/srv/app/db.js:88:3)',
  rawLine: 0,
  file: '/srv/app/db.js',
  kind: 'app',
  inApp: true,
  via: ['path', 'drift'],
};

describe('what is said of a line', () => {
  it('names the deployed line and commit it moved from, and the file where that was renamed', () => {
    const location = {
      path: 'app/db.js',
      lineBase1: base1(91),
      grade: 'moved',
      reason: 'revisionMoved',
      evidence: ['revision'],
    } as const;
    const deployed = { revision: '4f2c1d0'.padEnd(40, '0'), path: 'app/db.js', lineBase1: base1(88) };
    assert.equal(movedText({ ...frame, location, deployed }), 'moved from 88 in 4f2c1d0');
    const renamed = { ...deployed, path: 'app/old.js' };
    assert.equal(movedText({ ...frame, location, deployed: renamed }), 'moved from old.js:88 in 4f2c1d0');
    assert.equal(movedText({ ...frame, location }), undefined);
  });

  it('offers what can help: a source map where one is missing or wrong, a folder where the path leads nowhere', () => {
    assert.deepEqual(helpFor({ ...frame, reason: 'otherBuild' }), ['chooseSourceMap']);
    assert.deepEqual(helpFor({ ...frame, reason: 'notInWorkspace' }), ['chooseSourceMap', 'mapFolder']);
    assert.deepEqual(helpFor({ ...frame, file: '/srv/db.py', reason: 'notInWorkspace' }), ['mapFolder']);
    assert.deepEqual(helpFor({ ...frame, reason: 'lineGone' }), []);
    assert.deepEqual(helpFor({ raw: 'at <anonymous>', rawLine: 0, kind: 'app', inApp: true, via: [] }), []);
  });
});
