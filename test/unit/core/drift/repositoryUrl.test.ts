import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { plainRepositoryUrl } from '../../../../src/core/drift/repositoryUrl';

describe('a repository by its URL', () => {
  for (const url of [
    'https://example.org/acme/shop',
    'https://example.org/acme/shop.git',
    'https://user:secret@Example.org/acme/shop/',
    'git@example.org:acme/shop.git',
    'ssh://git@example.org:2222/acme/shop',
    'git+https://example.org/acme/shop?ref=main',
  ]) {
    it(`is the same by ${url}`, () => {
      assert.equal(plainRepositoryUrl(url), 'example.org/acme/shop');
    });
  }

  it('is none without a host or a path', () => {
    for (const url of ['', '/srv/shop.git', 'shop', 'https://', 'https://example.org/']) {
      assert.equal(plainRepositoryUrl(url), undefined);
    }
  });
});
