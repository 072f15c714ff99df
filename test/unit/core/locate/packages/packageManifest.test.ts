import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { packageNames } from '../../../../../src/core/locate/packages/packageManifest';
import type { Ecosystem } from '../../../../../src/core/locate/packages/packageName';

describe('packageNames', () => {
  const cases: readonly (readonly [ecosystem: Ecosystem, text: string, expected: readonly string[]])[] = [
    [
      'go',
      'module github.com/acme/shop // the shop\n\nrequire x v1\nreplace (\n\tgithub.com/acme/lib v1.2.0 => ./lib\n\ta => b v1\n)\nreplace c => ../c\n',
      ['github.com/acme/shop:', 'github.com/acme/lib:./lib', 'c:../c'],
    ],
    [
      'go',
      'go 1.24\n\nuse (\n\t./shop\n\t./pay\n)\n\nreplace github.com/acme/lib => ./third/lib\n',
      ['github.com/acme/lib:./third/lib'],
    ],
    ['npm', '{"name": "@acme/shop", "dependencies": {"name": "x"}}', ['@acme/shop:']],
    [
      'npm',
      '{"name": "@acme/shop", "publishConfig": {"access": "public", "directory": "dist"}}',
      ['@acme/shop:', '@acme/shop:dist'],
    ],
    ['npm', '{"name": "shop", "publishConfig": {"directory": 1}}', ['shop:']],
    ['npm', '{"name": ', []],
    ['npm', '[1]', []],
    [
      'rust',
      '[workspace]\nmembers = ["a"]\n[package] # own\nname = "acme-shop"\n[dependencies]\nname = "x"\n[[bin]]\nname = "run"\n',
      ['acme_shop:', 'run:'],
    ],
    ['dart', 'description: |\n  name: x\nname: shop # own\nversion: 1.0.0\n', ['shop:']],
    [
      'php',
      '{"autoload": {"psr-4": {"App\\\\": "src/", "Old\\\\": ["a", "b/"]}}, "autoload-dev": {"psr-4": {"Tests\\\\": "tests"}}}',
      ['App\\:src/', 'Old\\:a', 'Old\\:b/', 'Tests\\:tests'],
    ],
    ['elixir', 'def project do\n  [\n    app: :shop,\n    deps: [{:x, app: :y}]\n  ]\nend', ['shop:']],
    ['ruby', 'Gem::Specification.new do |spec|\n  spec.name = "acme-shop"\n', ['acme-shop:']],
    ['python', '[build-system]\nname = "x"\n[project]\nname = "Acme.Shop-API"\n', ['acme_shop_api:']],
    ['python', 'from setuptools import setup\nsetup(\n    name="shop",\n)\n', ['shop:']],
    [
      'dotnet',
      '<Project Sdk="Microsoft.NET.Sdk">\n\n  <PropertyGroup>\n    <OutputType>Exe</OutputType>\n    <TargetFramework>net10.0</TargetFramework>\n    <RootNamespace>Acme.Shop_Api</RootNamespace>\n  </PropertyGroup>\n\n</Project>\n',
      ['Acme.Shop_Api:'],
    ],
    ['dotnet', '<Project Sdk="Microsoft.NET.Sdk" />', ['Acme.The_Shop:']],
    ['dotnet', '<Project>\n  <!-- <RootNamespace>Old</RootNamespace> -->\n</Project>', ['Acme.The_Shop:']],
    ['dotnet', '<RootNamespace>Acme.$(MSBuildProjectName)</RootNamespace>', []],
  ];
  for (const [ecosystem, text, expected] of cases) {
    it(`reads ${ecosystem}: ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.deepEqual(
        packageNames(ecosystem, text, 'src/shop/Acme.The Shop.csproj').map(
          ({ name, folder }) => `${name}:${folder}`,
        ),
        expected,
      );
    });
  }
});
