import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  repositoryOf,
  revisionAttributes,
  revisionCandidates,
  type RevisionCandidate,
} from '../../../../src/core/drift/revisionCandidates';
import { ValueType } from '../../../../src/core/model/spanTable';

const sha = '4f2c1d0aabbccddeeff00112233445566778899a';

function brief(candidate: RevisionCandidate): string {
  return candidate.kind === 'commit'
    ? `${candidate.isStated ? 'commit' : 'maybe'} ${candidate.text}${candidate.isDirty ? ' dirty' : ''}`
    : `${candidate.kind} ${candidate.text}`;
}

function candidates(
  version: string | undefined,
  attributes: Readonly<Record<string, string>> = {},
  service = 'shop',
): string[] {
  return revisionCandidates({ service, version, attributes }).map(brief);
}

describe('what may name the revision of a service', () => {
  const versions: readonly (readonly [version: string, expected: readonly string[]])[] = [
    [sha, [`commit ${sha}`, `tag ${sha}`]],
    ['4f2c1d0', ['maybe 4f2c1d0', 'tag 4f2c1d0']],
    ['v1.2.3-12-g4f2c1d0', ['commit 4f2c1d0', 'tag v1.2.3-12-g4f2c1d0']],
    ['v1.2.3-12-g4f2c1d0-dirty', ['commit 4f2c1d0 dirty', 'tag v1.2.3-12-g4f2c1d0-dirty']],
    ['1.2.3', ['tag 1.2.3']],
    ['1.2.3+4f2c1d0', ['maybe 4f2c1d0', 'tag 1.2.3+4f2c1d0']],
    ['v0.0.0-20260801120000-4f2c1d0aabbc', ['maybe 4f2c1d0aabbc', 'tag v0.0.0-20260801120000-4f2c1d0aabbc']],
    ['main-4F2C1D0', ['maybe 4f2c1d0', 'tag main-4F2C1D0']],
    ['20260801', ['tag 20260801']],
    ['production', []],
    ['-x1', []],
    ['a..b1', []],
    ['x'.repeat(400), []],
  ];
  for (const [version, expected] of versions) {
    it(`is read from the version ${version.slice(0, 50)}`, () => {
      assert.deepEqual(candidates(version), expected);
    });
  }

  it('takes what is made for a commit before versions, and versions before tags of images', () => {
    const attributes = {
      'container.image.tags': '["latest","1.4.0","sha-4f2c1d0"]',
      'git.commit.sha': 'b'.repeat(40),
      'vcs.ref.head.revision': 'A'.repeat(40),
    };
    assert.deepEqual(candidates('1.2.3', attributes), [
      `commit ${'a'.repeat(40)}`,
      `commit ${'b'.repeat(40)}`,
      'maybe 4f2c1d0',
      'tag 1.2.3',
      'tag 1.4.0',
      'tag sha-4f2c1d0',
    ]);
  });

  it('takes the name of a ref for a revision only where it is a tag', () => {
    const ref = (type: string): Record<string, string> => ({
      'vcs.ref.head.name': 'release-7',
      'vcs.ref.head.type': type,
    });
    assert.deepEqual(candidates(undefined, ref('tag')), ['tag release-7']);
    assert.deepEqual(candidates(undefined, ref('branch')), []);
  });

  it('looks for tags that name the service before those of any release', () => {
    const [tag] = revisionCandidates({ service: '@acme/checkout', version: 'v1.2.3', attributes: {} });
    assert.ok(tag?.kind === 'tag');
    const [own, any] = tag.tags;
    for (const name of [
      '@acme/checkout@1.2.3',
      'checkout@1.2.3',
      'acme/checkout/v1.2.3',
      'checkout-v1.2.3',
    ]) {
      assert.ok(own?.includes(name), name);
    }
    assert.deepEqual(any?.slice(0, 2), ['v1.2.3', '1.2.3']);
  });

  it('reads a resource before a span, and nothing else of either', () => {
    const attribute = (key: string, text: string): { key: string; text: string; type: ValueType } => ({
      key,
      text,
      type: ValueType.string,
    });
    const found = revisionAttributes(
      [attribute('git.commit.sha', 'resource'), attribute('host.name', 'x'), attribute('deployment.id', '')],
      [attribute('git.commit.sha', 'span'), attribute('_dd.git.commit.sha', sha)],
    );
    assert.deepEqual({ ...found }, { 'git.commit.sha': 'resource', '_dd.git.commit.sha': sha });
    assert.equal(revisionAttributes([attribute('host.name', 'x')]), undefined);
    assert.equal(repositoryOf({ 'git.repository_url': 'u' }), 'u');
  });

  it('gives out nothing that git could take for an option or a range, whatever is sent', () => {
    const part = fc.constantFrom(
      'v',
      '1.2',
      '-',
      '--x',
      '..',
      '@{',
      '/',
      '.lock',
      '4f2c1d0',
      '\n',
      '^',
      ':',
      ' ',
      '["a1"]',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, text, text, (service, version, value) => {
        const attributes = { 'vcs.ref.head.revision': value, 'container.image.tags': value };
        for (const candidate of revisionCandidates({ service, version, attributes })) {
          const names = candidate.kind === 'tag' ? candidate.tags.flat() : [candidate.text];
          for (const name of names) {
            assert.match(name, /^[\w@][\w@.+/-]*$/);
            assert.doesNotMatch(name, /\.\.|@\{|\.lock$/);
          }
        }
      }),
    );
  });
});
