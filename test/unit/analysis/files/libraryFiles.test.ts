import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StackResolver } from '../../../../src/analysis/lines/resolver';
import { indexOf, withWorkspace } from '../../../kit/temporaryWorkspace';
import { zip, type Packed } from '../../../kit/zip';

interface Found {
  readonly place: string | undefined;
  readonly text: string | undefined;
}

/** Where the first frame's code can be read: relative to the folder that holds `home` and `w`, and the text if it is in an archive. */
async function library(
  root: string,
  stack: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Found> {
  const inRoot = Object.entries(variables).map(([name, at]) => [name, path.join(root, at)] as const);
  const resolver = new StackResolver(await indexOf(path.join(root, 'w')), {
    home: path.join(root, 'home'),
    variables: Object.fromEntries(inRoot),
  });
  const { exceptions } = await resolver.resolveStack({ text: stack.replaceAll('ROOT', root), mappings: [] });
  const frame = exceptions[0]?.frames[0];
  assert.equal(frame?.location, undefined);
  const source = frame?.library?.source;
  const text =
    source?.kind === 'archive' ? await resolver.textInArchive(source.archive, source.entry) : undefined;
  resolver.dispose();
  const relative = (file: string): string => path.relative(root, file);
  return {
    place:
      source?.kind === 'archive'
        ? `${relative(source.archive)}!${source.entry}:${frame?.library?.lineBase1}`
        : source?.kind === 'file'
          ? `${relative(source.path)}:${frame?.library?.lineBase1}`
          : undefined,
    text,
  };
}

const python = (file: string): string =>
  `Traceback (most recent call last):\n  File "${file}", line 3, in get\n    x()\nValueError: x`;
const go = (name: string, file: string): string =>
  `panic: x\n\ngoroutine 1 [running]:\n${name}(0x1)\n\t${file}:3 +0x1d\n`;

describe('code of libraries', () => {
  const cases: readonly (readonly [
    title: string,
    files: readonly string[],
    stack: string,
    expected: string | undefined,
    variables?: Readonly<Record<string, string>>,
  ])[] = [
    [
      'is found in the node_modules of the workspace',
      ['w/node_modules/express/lib/router.js'],
      'Error: x\n    at next (/app/node_modules/express/lib/router.js:3:9)',
      'w/node_modules/express/lib/router.js:3',
    ],
    [
      'is found in the node_modules of the only project that has it',
      ['w/a/package.json', 'w/b/package.json', 'w/b/node_modules/express/lib/router.js'],
      'Error: x\n    at next (/app/node_modules/express/lib/router.js:3:9)',
      'w/b/node_modules/express/lib/router.js:3',
    ],
    [
      'is not guessed where two projects have it',
      ['w/a/package.json', 'w/a/node_modules/x/i.js', 'w/b/package.json', 'w/b/node_modules/x/i.js'],
      'Error: x\n    at next (/app/node_modules/x/i.js:3:9)',
      undefined,
    ],
    [
      'is found in a virtual environment of the workspace',
      ['w/.venv/lib/python3.12/site-packages/flask/app.py'],
      python('/usr/lib/python3.11/site-packages/flask/app.py'),
      'w/.venv/lib/python3.12/site-packages/flask/app.py:3',
    ],
    [
      'is found at the very path that the frame names',
      ['elsewhere/lib/python3.11/site-packages/flask/app.py'],
      python('ROOT/elsewhere/lib/python3.11/site-packages/flask/app.py'),
      'elsewhere/lib/python3.11/site-packages/flask/app.py:3',
    ],
    [
      'is no file that holds no program, whatever the path looks like',
      ['elsewhere/node_modules/x/secret.txt', 'elsewhere/passwd'],
      'Error: x\n    at a (ROOT/elsewhere/node_modules/x/secret.txt:3:9)',
      undefined,
    ],
    [
      "is found in Go's module cache, capital letters escaped",
      ['home/go/pkg/mod/github.com/!azure/x@v1.2.0/a.go'],
      go('github.com/Azure/x.Get', '/root/go/pkg/mod/github.com/Azure/x@v1.2.0/a.go'),
      'home/go/pkg/mod/github.com/!azure/x@v1.2.0/a.go:3',
    ],
    [
      'is not another version of a Go module',
      ['home/go/pkg/mod/github.com/x/y@v1.3.0/a.go'],
      go('github.com/x/y.Get', 'github.com/x/y@v1.2.0/a.go'),
      undefined,
    ],
    [
      "is found in Go's own sources",
      ['go/src/net/http/server.go'],
      go('net/http.(*conn).serve', '/usr/lib/go-1.19/src/net/http/server.go'),
      'go/src/net/http/server.go:3',
      { GOROOT: 'go' },
    ],
    [
      "is found in Cargo's registry",
      ['home/.cargo/registry/src/index.crates.io-1/serde-1.0.1/src/de.rs'],
      "thread 'main' panicked at /usr/local/cargo/registry/src/index.crates.io-2/serde-1.0.1/src/de.rs:3:5:\nx\nstack backtrace:\n   0: serde::de::get\n             at /usr/local/cargo/registry/src/index.crates.io-2/serde-1.0.1/src/de.rs:3:5\n",
      'home/.cargo/registry/src/index.crates.io-1/serde-1.0.1/src/de.rs:3',
    ],
    [
      "is found in Composer's vendor folder",
      ['w/composer.json', 'w/vendor/acme/x/a.php'],
      'Exception: x in /srv/vendor/acme/x/a.php:3\nStack trace:\n#0 {main}',
      'w/vendor/acme/x/a.php:3',
    ],
  ];
  for (const [title, files, stack, expected, variables] of cases) {
    it(title, async () => {
      const texts: Record<string, string> = { 'w/x.txt': '' };
      files.forEach((file) => {
        texts[file] = '\n\nx\n';
      });
      await withWorkspace(texts, async (root) => {
        assert.equal((await library(root, stack, variables)).place, expected);
      });
    });
  }

  describe('in archives of sources', () => {
    const java = (frame: string): string => `java.lang.Error: x\n\tat ${frame}`;
    const put = async (root: string, name: string, files: readonly Packed[]): Promise<void> => {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), zip(files));
    };
    const bean = { name: 'org/springframework/web/Bean.java', text: 'class Bean {}\n' };
    const other = { name: 'org/springframework/web/Other.java', text: 'class Other {}\n' };
    const repository = 'home/.m2/repository/org/springframework/spring-web';

    it('is read from the only version that is installed', async () => {
      await withWorkspace({ 'w/x.txt': '' }, async (root) => {
        const jar = `${repository}/6.1.0/spring-web-6.1.0-sources.jar`;
        await put(root, jar, [bean, other]);
        for (const file of [bean, other]) {
          const name = path.basename(file.name, '.java');
          assert.deepEqual(await library(root, java(`org.springframework.web.${name}.get(${name}.java:1)`)), {
            place: `${jar}!${file.name}:1`,
            text: file.text,
          });
        }
      });
    });

    it('is of the version that the frame names, and of none where two differ', async () => {
      await withWorkspace({ 'w/x.txt': '' }, async (root) => {
        for (const version of ['6.0.0', '6.1.0']) {
          await put(root, `${repository}/${version}/spring-web-${version}-sources.jar`, [bean]);
        }
        const frame = 'org.springframework.web.Bean.get(Bean.java:1)';
        assert.equal((await library(root, java(frame))).place, undefined);
        assert.equal(
          (await library(root, java(`${frame} ~[spring-web-6.0.0.jar:6.0.0]`))).place,
          `${repository}/6.0.0/spring-web-6.0.0-sources.jar!${bean.name}:1`,
        );
      });
    });

    it("is found in the JDK's sources and in Gradle's cache", async () => {
      await withWorkspace({ 'w/x.txt': '' }, async (root) => {
        await put(root, 'jdk/lib/src.zip', [
          { name: 'java.base/java/util/List.java', text: 'interface List {}' },
        ]);
        const gradle =
          'home/.gradle/caches/modules-2/files-2.1/org.springframework.web/web/1/ab/web-1-sources.jar';
        await put(root, gradle, [bean]);
        assert.equal(
          (await library(root, java('java.util.List.of(List.java:1)'), { JAVA_HOME: 'jdk' })).place,
          'jdk/lib/src.zip!java.base/java/util/List.java:1',
        );
        assert.equal(
          (await library(root, java('org.springframework.web.Bean.get(Bean.java:1)'))).place,
          `${gradle}!${bean.name}:1`,
        );
      });
    });

    it('is nothing where an archive is damaged, and no archive is read that no frame led to', async () => {
      await withWorkspace({ 'w/x.txt': '' }, async (root) => {
        const jar = `${repository}/1/x-sources.jar`;
        const whole = zip([bean]);
        await put(root, jar, []);
        const find = (): Promise<Found> =>
          library(root, java('org.springframework.web.Bean.get(Bean.java:1)'));
        for (let length = 0; length < whole.length; length += 3) {
          await writeFile(path.join(root, jar), whole.subarray(0, length));
          await find();
        }
        const garbled = Buffer.from(whole);
        garbled.fill(0xff, 30 + bean.name.length, 30 + bean.name.length + 5);
        await writeFile(path.join(root, jar), garbled);
        assert.equal((await find()).text, undefined);
        const resolver = new StackResolver(await indexOf(path.join(root, 'w')));
        assert.equal(await resolver.textInArchive(path.join(root, jar), bean.name), undefined);
        resolver.dispose();
      });
    });
  });
});
