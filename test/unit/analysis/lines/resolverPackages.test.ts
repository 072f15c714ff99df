import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import path from 'node:path';
import { unlink, writeFile } from 'node:fs/promises';
import { StackResolver } from '../../../../src/analysis/lines/resolver';
import type { ResolvedFrame } from '../../../../src/protocol/resolve';
import { indexOf, withWorkspace } from '../../../kit/temporaryWorkspace';

function brief(frame: ResolvedFrame): string {
  const { location } = frame;
  return location
    ? `${location.path}:${location.lineBase1} ${location.grade} ${location.reason}`
    : `${frame.reason} ${(frame.candidates ?? [])
        .map((candidate) => candidate.path)
        .sort()
        .join(' ')}`.trim();
}

/** All frames of a text, after those of `before` were seen of the same service. */
async function resolve(folder: string, text: string, before: readonly string[] = []): Promise<string[]> {
  const resolver = new StackResolver(await indexOf(folder));
  try {
    for (const seen of before) {
      await resolver.resolveStack({ text: seen, service: 's', mappings: [] });
    }
    const stack = await resolver.resolveStack({ text, service: 's', mappings: [] });
    return stack.exceptions.flatMap(({ frames }) => frames.map(brief));
  } finally {
    resolver.dispose();
  }
}

const java = (name: string, type = 'Order'): string =>
  `package ${name};\nclass ${type} {\n  int total() {\n    return 1 / 0;\n  }\n}\n`;
const javaStack = (...frames: readonly string[]): string =>
  `java.lang.ArithmeticException: / by zero\n${frames.map((frame) => `\tat ${frame}`).join('\n')}`;
const goFile = (name: string): string =>
  `package ${name}\n\nfunc Total() int {\n\treturn 1 / zero\n}\n\nfunc main() {\n\tTotal()\n}\n`;
const goStack = (...frames: readonly (readonly [string, string])[]): string =>
  `panic: x\n\ngoroutine 1 [running]:\n${frames.map(([name, place]) => `${name}(0x1)\n\t${place} +0x1d\n`).join('')}`;
/** As `dotnet new classlib` prints it. */
const csproj = (property: string): string =>
  `<Project Sdk="Microsoft.NET.Sdk">\n\n  <PropertyGroup>\n    <TargetFramework>net8.0</TargetFramework>\n    ${property}\n    <ImplicitUsings>enable</ImplicitUsings>\n    <Nullable>enable</Nullable>\n  </PropertyGroup>\n\n</Project>\n`;
const csFile = (namespace: string, type: string): string =>
  `namespace ${namespace};\npublic class ${type} {\n  public int Total() {\n    return 1 / Zero;\n  }\n}\n`;
const vbFile =
  'Public Class Order\n  Public Function Total() As Integer\n    Return 1 \\ Zero\n  End Function\nEnd Class\n';
const csStack = (...frames: readonly string[]): string =>
  `System.DivideByZeroException: Attempted to divide by zero.\n${frames.map((frame) => `   at ${frame}\n`).join('')}`;
const rustFile = 'fn main() {\n    total();\n}\npub fn total() {\n    panic!("x");\n}\n';
const rustStack = (...frames: readonly (readonly [string, string])[]): string =>
  `thread 'main' panicked at ${frames[0]![1]}:\nx\nstack backtrace:\n${frames.map(([name, place], i) => `   ${i}: ${name}\n             at ${place}\n`).join('')}`;

describe('StackResolver, by the packages that frames name', () => {
  const cases: readonly (readonly [
    title: string,
    files: Readonly<Record<string, string>>,
    stack: string,
    expected: readonly string[],
    before?: readonly string[],
  ])[] = [
    [
      'finds a Java class by its package, whatever else is called so',
      {
        'orders/src/main/java/com/acme/orders/Order.java': java('com.acme.orders'),
        'orders/src/main/java/com/acme/orders/archive/Order.java': java('com.acme.orders.archive'),
      },
      javaStack(
        'com.acme.orders.archive.Order.total(Order.java:4)',
        'com.acme.orders.Order.total(Order.java:4)',
      ),
      [
        'orders/src/main/java/com/acme/orders/archive/Order.java:4 exact functionEncloses',
        'orders/src/main/java/com/acme/orders/Order.java:4 exact functionEncloses',
      ],
    ],
    [
      'finds a class outside of the folders of its package by what the file declares',
      { 'a/Order.java': java('com.acme.one'), 'b/Order.java': java('com.acme.two') },
      javaStack('com.acme.two.Order.total(Order.java:4)', 'com.acme.three.Order.total(Order.java:4)'),
      ['b/Order.java:4 exact functionEncloses', 'notInWorkspace'],
    ],
    [
      'leaves a class that two modules have open, until another frame of the service tells the module',
      {
        'shop/src/main/java/com/acme/Order.java': java('com.acme'),
        'pay/src/main/java/com/acme/Order.java': java('com.acme'),
        'pay/src/main/java/com/acme/Cart.java': java('com.acme', 'Cart'),
      },
      javaStack('com.acme.Order.total(Order.java:4)'),
      ['ambiguous pay/src/main/java/com/acme/Order.java shop/src/main/java/com/acme/Order.java'],
    ],
    [
      'tells the module of a class by another class of the service',
      {
        'shop/src/main/java/com/acme/Order.java': java('com.acme'),
        'pay/src/main/java/com/acme/Order.java': java('com.acme'),
        'pay/src/main/java/com/acme/Cart.java': java('com.acme', 'Cart'),
      },
      javaStack('com.acme.Order.total(Order.java:4)'),
      ['pay/src/main/java/com/acme/Order.java:4 likely agreedElsewhere'],
      [javaStack('com.acme.Cart.total(Cart.java:4)')],
    ],
    [
      'finds Kotlin whose folders leave the common package out',
      {
        'catalog/src/main/kotlin/pricing/Price.kt':
          'package com.acme.catalog.pricing\n\nfun total(x: Int) =\n    x / 0\n',
        'orders/src/main/kotlin/Price.kt': 'package com.acme.orders\n\nfun total(x: Int) =\n    x / 0\n',
      },
      javaStack(
        'com.acme.catalog.pricing.PriceKt.total(Price.kt:4)',
        'com.acme.orders.PriceKt.total(Price.kt:4)',
      ),
      [
        'catalog/src/main/kotlin/pricing/Price.kt:4 exact functionEncloses',
        'orders/src/main/kotlin/Price.kt:4 exact functionEncloses',
      ],
    ],
    [
      'finds Go files by their module, and by it the program that calls them',
      {
        'services/shop/go.mod': 'module github.com/acme/shop\n',
        'services/shop/main.go': goFile('main'),
        'services/shop/store/store.go': goFile('store'),
        'services/pay/go.mod': 'module github.com/acme/pay\n',
        'services/pay/main.go': goFile('main'),
        'services/pay/store/store.go': goFile('store'),
      },
      goStack(['github.com/acme/shop/store.Total', '/src/store/store.go:4'], ['main.main', '/src/main.go:8']),
      [
        'services/shop/store/store.go:4 exact functionEncloses',
        'services/shop/main.go:8 exact functionEncloses',
      ],
    ],
    [
      'finds Go files of a build with -trimpath, and of a nested module',
      {
        'go.mod': 'module github.com/acme/shop\n',
        'store/store.go': goFile('store'),
        'tools/go.mod': 'module github.com/acme/shop/tools/v2\n',
        'tools/store/store.go': goFile('store'),
      },
      goStack(
        ['github.com/acme/shop/tools/v2/store.Total', 'github.com/acme/shop/tools/v2/store/store.go:4'],
        ['github.com/acme/shop/store.Total', 'github.com/acme/shop/store/store.go:4'],
      ),
      ['tools/store/store.go:4 exact functionEncloses', 'store/store.go:4 exact functionEncloses'],
    ],
    [
      'finds a crate by its name in paths that begin at the crate',
      {
        'shop/Cargo.toml': '[package]\nname = "acme-shop"\n',
        'shop/src/main.rs': rustFile,
        'pay/Cargo.toml': '[package]\nname = "pay"\n',
        'pay/src/main.rs': rustFile,
      },
      rustStack(['acme_shop::total', './src/main.rs:5:5'], ['acme_shop::main', './src/main.rs:2:5']),
      ['shop/src/main.rs:5 exact functionEncloses', 'shop/src/main.rs:2 exact functionEncloses'],
    ],
    [
      'takes a path from the workspace of crates before the crate of the function',
      {
        'crates/shop/Cargo.toml': '[package]\nname = "shop"\n',
        'crates/shop/src/lib.rs': rustFile,
        'crates/base/Cargo.toml': '[package]\nname = "base"\n',
        'crates/base/src/lib.rs': rustFile,
      },
      rustStack(['<shop::Order as base::Charge>::total', './crates/base/src/lib.rs:5:5']),
      ['crates/base/src/lib.rs:5 exact functionEncloses'],
    ],
    [
      'finds Dart packages by their names',
      {
        'packages/shop/pubspec.yaml': 'name: shop\n',
        'packages/shop/lib/src/order.dart': 'int total() {\n  return 1 ~/ 0;\n}\n',
        'packages/pay/pubspec.yaml': 'name: pay\n',
        'packages/pay/lib/src/order.dart': 'int total() {\n  return 1 ~/ 0;\n}\n',
      },
      '#0      total (package:shop/src/order.dart:2:12)\n#1      main (package:shop/src/order.dart:9:3)',
      [
        'packages/shop/lib/src/order.dart:2 exact functionEncloses',
        'lineOutOfRange packages/shop/lib/src/order.dart',
      ],
    ],
    [
      'finds the application of an Elixir umbrella',
      {
        'apps/shop/mix.exs': 'def project, do: [app: :shop]',
        'apps/shop/lib/order.ex': 'defmodule Shop.Order do\n  def total(x) do\n    1 / x\n  end\nend\n',
        'apps/pay/mix.exs': 'def project, do: [app: :pay]',
        'apps/pay/lib/order.ex': 'defmodule Pay.Order do\n  def total(x) do\n    1 / x\n  end\nend\n',
      },
      '** (ArithmeticError) bad argument in arithmetic expression\n    (shop 0.1.0) lib/order.ex:3: Shop.Order.total/1\n',
      ['apps/shop/lib/order.ex:3 exact functionEncloses'],
    ],
    [
      'finds PHP classes by PSR-4 where only base names are printed',
      {
        'shop/composer.json': '{"autoload":{"psr-4":{"App\\\\":"src/"}}}',
        'shop/src/Service/Order.php':
          '<?php\nnamespace App\\Service;\nclass Order {\n  function total() {\n    return intdiv(1, 0);\n  }\n}\n',
        'shop/src/Model/Order.php':
          '<?php\nnamespace App\\Model;\nclass Order {\n  function total() {\n    return intdiv(1, 0);\n  }\n}\n',
      },
      'DivisionByZeroError: x\n\tat App.Model.Order.total(Order.php:5)\n\tat App.Service.Order.total(Order.php:5)\n',
      [
        'shop/src/Model/Order.php:5 exact functionEncloses',
        'shop/src/Service/Order.php:5 exact functionEncloses',
      ],
    ],
    [
      'offers the files of a class where symbols are missing, and no line',
      {
        'src/Order.cs': 'namespace Acme.Shop;\nclass Order { }\n',
        'old/Order.cs': 'namespace Acme.Old;\nclass Order { }\n',
        'src/main/java/acme/shop/Cart.java': java('acme.shop', 'Cart'),
      },
      'System.Exception: x\n   at Acme.Shop.Order.Total(Int32 id)\n   at Acme.None.Order`1.Total()\n' +
        javaStack('acme.shop.Cart.total(Cart.java)', 'acme.shop.Cart$1.run(Unknown Source)'),
      [
        'noFile src/Order.cs',
        'noFile',
        'noLine src/main/java/acme/shop/Cart.java',
        'noFile src/main/java/acme/shop/Cart.java',
      ],
    ],
    [
      'believes a printed path before the class of the function',
      {
        'composer.json': '{"autoload":{"psr-4":{"App\\\\":"src/"}}}',
        'src/Service/Order.php':
          '<?php\nnamespace App\\Service;\nclass Order {\n  function total() {\n    return intdiv(1, 0);\n  }\n}\n',
        'src/Model/Order.php':
          '<?php\nnamespace App\\Model;\nclass Order {\n  function total() {\n    return intdiv(1, 0);\n  }\n}\n',
      },
      'PHP Fatal error:  Uncaught DivisionByZeroError: x in /srv/src/Model/Order.php:5\nStack trace:\n#0 /srv/src/Model/Order.php(9): App\\Service\\Order->total()\n#1 {main}\n',
      ['src/Model/Order.php:5 exact functionEncloses', 'lineOutOfRange src/Model/Order.php'],
    ],
    [
      'finds a file of the .NET project whose namespace the class is below',
      {
        'orders/Orders.vbproj': csproj('<RootNamespace>Acme.Shop.Orders</RootNamespace>'),
        'orders/Domain/Order.vb': vbFile,
        'payments/Acme.Shop.Payments.vbproj': csproj(''),
        'payments/Domain/Order.vb': vbFile,
        'stock/Acme.Shop.Stock.csproj': csproj(''),
        'stock/Item.cs': csFile('Acme.Shop.Stock', 'Item'),
        'backup/stock/Item.cs': csFile('Acme.Shop.Stock', 'Item'),
      },
      csStack(
        'Acme.Shop.Payments.Order.Total() in C:\\build\\1\\Domain\\Order.vb:line 3',
        'Acme.Shop.Orders.Order.Total() in C:\\build\\1\\Domain\\Order.vb:line 3',
        'Acme.Shop.Orders.Order.Total() in Order.vb:line 3',
        'Acme.Shop.Stock.Item.Total() in Item.cs:line 4',
        'Acme.Shop.Order.Total() in Order.vb:line 3',
      ),
      [
        'payments/Domain/Order.vb:3 likely notVerified',
        'orders/Domain/Order.vb:3 likely notVerified',
        'orders/Domain/Order.vb:3 likely notVerified',
        'stock/Item.cs:4 exact functionEncloses',
        'ambiguous orders/Domain/Order.vb payments/Domain/Order.vb',
      ],
    ],
    [
      'finds a .NET class without a file by its namespace',
      { 'src/Orders.csproj': csproj(''), 'src/Order.cs': csFile('Acme.Shop', 'Order') },
      'System.DivideByZeroException: x\n  at Acme.Shop.Order.Total () [0x00006] in <2f1bd1ac5b1746e38e37dfcf9c9c8a0e>:0 \n',
      ['noFile src/Order.cs'],
    ],
    [
      'believes the folders that a .NET frame prints before the namespace of its class',
      {
        'orders/Orders.csproj': csproj('<RootNamespace>Acme.Shop</RootNamespace>'),
        'orders/Domain/Order.cs': csFile('Acme.Shop.Domain', 'Order'),
        'legacy/Domain/Order.cs': csFile('Acme.Shop.Domain', 'Order'),
      },
      csStack('Acme.Shop.Domain.Order.Total() in /src/legacy/Domain/Order.cs:line 4'),
      ['legacy/Domain/Order.cs:4 exact functionEncloses'],
    ],
    [
      'finds a package of the workspace below node_modules',
      {
        'packages/shop/package.json': '{"name":"@acme/shop"}',
        'packages/shop/lib/order.cjs': 'function total() {\n  throw new Error("x");\n}\n',
        'packages/pay/lib/order.cjs': 'function total() {\n  throw new Error("x");\n}\n',
      },
      'Error: x\n    at total (/app/node_modules/@acme/shop/lib/order.cjs:2:9)\n    at other (/app/node_modules/other/lib/order.cjs:2:9)',
      ['packages/shop/lib/order.cjs:2 exact functionEncloses', 'notOwnCode'],
    ],
    [
      'finds files of a package that is published from a folder of it',
      {
        'packages/shop/package.json': '{"name":"@acme/shop","publishConfig":{"directory":"publish"}}',
        'packages/shop/publish/order.cjs': 'function total() {\n  throw new Error("x");\n}\n',
        'packages/pay/publish/order.cjs': 'function total() {\n  throw new Error("x");\n}\n',
      },
      'Error: x\n    at total (/app/node_modules/@acme/shop/order.cjs:2:9)\n',
      ['packages/shop/publish/order.cjs:2 exact functionEncloses'],
    ],
    [
      'finds the function of a package of the workspace that is not built here',
      {
        'packages/shop/package.json': '{"name":"@acme/shop","main":"dist/order.js"}',
        'packages/shop/tsconfig.json': '{"compilerOptions":{"rootDir":"src","outDir":"dist"}}',
        'packages/shop/src/order.ts': 'export function total(): void {\n  throw new Error("x");\n}\n',
        'packages/pay/src/order.ts': 'export function total(): void {}\n',
        'packages/plain/package.json': '{"name":"plain","main":"dist/order.js"}',
      },
      'Error: x\n    at total (/app/node_modules/@acme/shop/dist/order.js:4:11)\n    at total (/app/node_modules/plain/dist/order.js:4:11)\n',
      ['packages/shop/src/order.ts:1 likely functionOnly', 'notOwnCode'],
    ],
    [
      'finds the folder by which a workspace of Go modules replaces one',
      {
        'go.work': 'go 1.24\n\nuse ./shop\n\nreplace github.com/other/lib => ./forks/lib\n',
        'shop/go.mod': 'module github.com/acme/shop\n',
        'forks/lib/store.go': goFile('lib'),
        'shop/store.go': goFile('shop'),
      },
      goStack(['github.com/other/lib.Total', '/build/x/store.go:4']),
      ['forks/lib/store.go:4 exact functionEncloses'],
    ],
    [
      'finds a project that was installed, but vouches for no line of another version',
      {
        'shop/pyproject.toml': '[project]\nname = "shop"\n',
        'shop/src/shop/order.py': 'def total():\n    return 1 / 0\n',
        'lib/go.mod': 'module github.com/acme/lib\n',
        'lib/store.go': goFile('lib'),
      },
      'Traceback (most recent call last):\n  File "/usr/lib/python3.11/site-packages/shop/order.py", line 2, in total\n    return 1 / 0\nZeroDivisionError: x\n' +
        goStack(['github.com/acme/lib.Total', '/go/pkg/mod/github.com/acme/lib@v1.2.0/store.go:4']),
      ['shop/src/shop/order.py:2 exact sourceTextEqual', 'lib/store.go:4 likely installedCopy'],
    ],
  ];
  for (const [title, files, stack, expected, before] of cases) {
    it(title, async () => {
      await withWorkspace(files, async (folder) => {
        assert.deepEqual(await resolve(folder, stack, before), expected);
      });
    });
  }

  it('follows manifests that change', async () => {
    const files = { 'a/go.mod': 'module acme/a\n', 'a/x.go': goFile('a'), 'b/x.go': goFile('b') };
    await withWorkspace(files, async (folder) => {
      const index = await indexOf(folder);
      const resolver = new StackResolver(index);
      const stack = goStack(['acme/moved.Total', '/src/x.go:4']);
      const first = async (): Promise<string> =>
        brief((await resolver.resolveStack({ text: stack, mappings: [] })).exceptions[0]!.frames[0]!);
      assert.equal(await first(), 'ambiguous a/x.go b/x.go');
      const manifest = path.join(folder, 'a/go.mod');
      await writeFile(manifest, 'module acme/moved\n');
      await index.update({ created: [], deleted: [], changed: [manifest] });
      assert.equal(await first(), 'a/x.go:4 exact functionEncloses');
      await unlink(manifest);
      await index.update({ created: [], deleted: [manifest] });
      assert.equal(await first(), 'ambiguous a/x.go b/x.go');
      resolver.dispose();
    });
  });
});
