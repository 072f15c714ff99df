import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FileStamps } from '../../../../src/analysis/files/fileStamps';
import { withWorkspace } from '../../../kit/temporaryWorkspace';

const sizeOf = async (stamps: FileStamps, file: string): Promise<number | undefined> =>
  (await stamps.of(file))?.size;

describe('FileStamps', () => {
  it('looks at a file once during a question, and again in the next', async () => {
    await withWorkspace({ 'a.ts': 'old' }, async (folder) => {
      const file = path.join(folder, 'a.ts');
      const stamps = new FileStamps();
      await stamps.during(async () => {
        assert.equal(await sizeOf(stamps, file), 3);
        await writeFile(file, 'newer');
        assert.equal(await sizeOf(stamps, file), 3);
      });
      assert.equal(await stamps.during(() => sizeOf(stamps, file)), 5);
    });
  });

  it('answers no question by what an older one saw before it began', async () => {
    await withWorkspace({ 'a.ts': 'old' }, async (folder) => {
      const file = path.join(folder, 'a.ts');
      const stamps = new FileStamps();
      await stamps.during(async () => {
        await stamps.of(file);
        await writeFile(file, 'newer');
        assert.equal(await stamps.during(() => sizeOf(stamps, file)), 5);
      });
    });
  });

  it('looks each time outside of questions, also after one that failed', async () => {
    await withWorkspace({ 'a.ts': 'old' }, async (folder) => {
      const file = path.join(folder, 'a.ts');
      const stamps = new FileStamps();
      await assert.rejects(stamps.during(() => Promise.reject(new Error('x'))));
      await stamps.of(file);
      await writeFile(file, 'newer');
      assert.equal(await sizeOf(stamps, file), 5);
    });
  });

  it('knows no file that is not there', async () => {
    await withWorkspace({}, async (folder) => {
      assert.equal(await new FileStamps().of(path.join(folder, 'a.ts')), undefined);
    });
  });
});
