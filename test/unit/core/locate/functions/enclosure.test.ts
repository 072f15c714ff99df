import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { base1 } from '../../../../../src/base/units';
import type { Frame } from '../../../../../src/core/frames/frame';
import { parseStack } from '../../../../../src/core/frames/parseStack';
import { enclosure, SourceText } from '../../../../../src/core/locate/verifyLine';
import { fixturePath } from '../../../../kit/fixture';
import { assertLinear } from '../../../../kit/growth';
import { languageStacks, type RecordedLanguage, type ScriptedLanguage } from '../../../../kit/stackFixtures';

type Recorded = RecordedLanguage | Exclude<ScriptedLanguage, 'engines'>;

/** Where the programs of each language stand below `stacks/programs`. */
const FOLDERS: Readonly<Record<Recorded, readonly string[]>> = {
  jvm: ['java/com/acme/shop', 'kotlin', 'scala', 'groovy', 'clojure/acme', 'logback/com/acme/shop'],
  go: ['go', 'go/store'],
  dotnet: ['mono'],
  php: ['php'],
  rust: ['rust/src'],
  ruby: ['ruby', 'ruby/lib/shop'],
  elixir: ['elixir', 'elixir/lib/shop'],
  erlang: ['erlang/src', 'elixir', 'elixir/lib/shop'],
  cpp: ['cpp'],
  lua: ['lua'],
  perl: ['perl', 'perl/lib/Shop'],
};

/** Frames that rightly stand in none of the source's functions: bridges that compilers add, and the name of a tail call. */
const UNWRITTEN = new Set([
  'com.acme.shop.OrderService$1.get:78',
  'com.acme.shop.Order.total:7',
  '<module:Shop>:2',
  'tail:10',
]);

interface Printed {
  readonly frame: Frame;
  readonly source: SourceText;
}

function printedFrames(language: Recorded): Printed[] {
  const found = new Map<string, Printed>();
  for (const { text, hint } of languageStacks(language)) {
    for (const frame of parseStack(text, hint).exceptions.flatMap(({ frames }) => frames)) {
      if (frame.kind !== 'app' || frame.file === undefined || frame.lineBase1 === undefined) {
        continue;
      }
      const name = frame.file.slice(frame.file.lastIndexOf('/') + 1);
      const file = FOLDERS[language]
        .map((folder) => fixturePath(`stacks/programs/${folder}/${name}`))
        .find((path) => existsSync(path));
      if (file !== undefined && frame.function !== undefined) {
        const source = new SourceText(name, readFileSync(file, 'utf8'));
        found.set(`${frame.function} ${name} ${frame.lineBase1}`, { frame, source });
      }
    }
  }
  return [...found.values()];
}

describe('enclosure', () => {
  describe('of frames that real runtimes printed', () => {
    for (const language of Object.keys(FOLDERS) as Recorded[]) {
      it(`holds for ${language}, at its line and at no line of another function`, () => {
        const printed = printedFrames(language);
        let same = 0;
        for (const { frame, source } of printed) {
          const { function: name, lineBase1 } = frame as Frame & { function: string; lineBase1: number };
          const result = enclosure(source, { lineBase1: base1(lineBase1), function: name });
          if (!UNWRITTEN.has(`${name}:${lineBase1}`)) {
            assert.notEqual(result, 'other', `${name} at ${source.path}:${lineBase1}`);
          }
          same += result === 'same' ? 1 : 0;
        }
        assert.ok(same >= printed.length * 0.8 && same > 4, `${same} of ${printed.length}`);
      });
    }
  });

  const cases: readonly (readonly [
    file: string,
    text: string,
    same: readonly string[],
    other: readonly string[],
  ])[] = [
    [
      'A.java',
      `class A { /* } */ String s = "}"; char c = '}'; String t = """
          } void no() {
          """;
        A() { super(); }
        { first(); }
        static { second(); }
        <T extends B<T>> T typed(@Nullable(x = "}") List<T> list) throws E, F { return list; }
        enum K { ONE(1) { int f() { return 1; } }; abstract int f(); }
        record P(int x) { P { check(x); } }
        Object o = new Object() { public String toString() { return ""; } };
        Runnable r = () -> { run(); };
        int sw(int x) { return switch (x) { case 1 -> { yield 2; } default -> 3; }; }
      }`,
      [
        'A.<init>:4',
        'A.<init>:5',
        'A.<clinit>:6',
        'A.typed:7',
        'A$K$1.f:8',
        'A$P.<init>:9',
        'A$1.toString:10',
        'A.lambda$new$0:11',
        'A.sw:12',
        'A.<init>:1',
      ],
      ['A.no:2', 'A.typed:12', 'B.typed:7', 'A.sw:11'],
    ],
    [
      'A.kt',
      `class A(val x: Int) {
        val total: Int
          get() = x + 1
        init { check(x) }
        constructor() : this(1) { log("}") }
        fun one() = run {
          two("\${ if (x) "}" else "{" }")
        }
        suspend fun <T> List<T>.three(f: (T) -> Unit = { }): T where T : Any {
          fun inner(): Int = 1
          return object : Foo { override fun get() = 2 }
        }
      }
      fun top() = 1`,
      [
        'a.A.getTotal:3',
        'a.A.<init>:4',
        'a.A.<init>:5',
        'a.A.one:7',
        'a.A$one$1.invoke:7',
        'a.A.three:11',
        'a.A$three$1.invokeSuspend:11',
        'a.A.three$inner:10',
        'a.A$three$2.get:11',
        'a.AKt.top:14',
        'a.A.three$default:9',
      ],
      ['a.A.one:9', 'a.A.three:10', 'a.AKt.top:12', 'a.B.one:7'],
    ],
    [
      'a.go',
      `package a
      type I interface { F(x int) }
      func (r *Repo[K, V]) Get(id string, f func(a int) error) (map[string]struct{}, error) {
        x := struct{ a int }{1}
        go func() { work("}") }()
        return nil, nil
      }
      var handler = func() {
        work()
      }
      func free(x interface{}) interface{} { return \`}\` + '}' }
      func init() { setup() }`,
      [
        'a.(*Repo[...]).Get:4',
        'a.(*Repo[...]).Get.func1:5',
        'a.glob..func1:9',
        'a.init.func1:9',
        'a.free:11',
        'a.init.0:12',
        'github.com/x/a.free[...]:11',
      ],
      ['a.(*Repo[...]).Get.func1:4', 'a.(*Other).Get:4', 'a.free:9', 'a.Get:11'],
    ],
    [
      'a.cs',
      `namespace Acme;
      [Attr("}")] public class Order<T> : Base<T> where T : new() {
        public int Rate { get { return 1; } set => field = value; }
        public int Sum => Rate + 1;
        public Order(int x) : base(x) { Check(x); }
        static Order() { Setup(); }
        public (int a, int b) Both<U>(Func<int, U> f = null) where U : class { return (1, 2); }
        public async Task<int> Load() {
          int Local(int x) => x + 1;
          await Task.Run(() => { Work($"{(x ? "}" : "{")}", @"a""}"); });
          return Local(1) switch { 1 => 2, _ => 3 };
        }
        public static Order<T> operator +(Order<T> a, Order<T> b) => a;
        public int this[int i] { get { return i; } }
      }`,
      [
        'Acme.Order`1.get_Rate:3',
        'Acme.Order`1.get_Sum:4',
        'Acme.Order`1..ctor:5',
        'Acme.Order`1..cctor:1',
        'Acme.Order`1.Both[U]:7',
        'Acme.Order`1.<Load>g__Local|4_0:9',
        'Acme.Order`1.<Load>d__4.MoveNext:11',
        'Acme.Order`1.<>c__DisplayClass4_0.<Load>b__1:10',
        'Acme.Order`1.Load:10',
        'Acme.Order`1.op_Addition:13',
        'Acme.Order`1.get_Item:14',
      ],
      ['Acme.Order`1.Load:9', 'Acme.Other.Both:7', 'Acme.Order`1.Both:10'],
    ],
    [
      'a.rs',
      `impl<'a, T: Fn(i32) -> i32> fmt::Display for Order<'a, T> where T: Clone {
        fn fmt(&self, f: &mut Formatter<'_>) -> impl Fn() + '_ {
          let s = r#"} fn no() {"#; let c = '}'; let b = b'{'; /* /* } */ */
          let f = |x| { x + 1 };
        }
      }
      mod tests { fn check<const N: usize>() { } }
      trait Charge { fn twice(&self) -> i32 { 2 } fn once(&self); }
      async fn free(f: fn(i32) -> i32) { }`,
      [
        '<shop::Order as core::fmt::Display>::fmt:3',
        '<shop::Order<T> as core::fmt::Display>::fmt::{{closure}}::h0123456789abcdef:4',
        'shop::tests::check::<3>:7',
        'shop::Charge::twice:8',
        '<shop::Order as shop::Charge>::twice:8',
        'shop::free::{{closure}}:9',
      ],
      ['shop::no:3', 'shop::Other::fmt:3', 'shop::free:7'],
    ],
    [
      'a.php',
      `<p>{</p><?php
      // it's } ?><i>}</i><?php
      class A { public function &f(int $x = 1): ?B { $s = "{$a["}"]} }"; return <<<EOT
        } function no() {
        EOT; }
        public static function g() { return array_map(function ($x) use ($y) {
          return $x;
        }, [], fn($x) => $x + 1); } }
      function half() { return A::class; }
      half();`,
      [
        'A\\A->f:3',
        'A\\A::g:8',
        'A\\A::A\\{closure}:7',
        '{closure:A\\A::g():6}:7',
        'A\\half:9',
        '{main}:10',
        'App.half:9',
      ],
      ['A\\no:4', 'A\\A::g:7', 'A\\{closure}:9', '{main}:9'],
    ],
    [
      'a.swift',
      `extension Shop.Order: Priced where T: X {
        static func make<T>(_ x: T) -> Order { let s = "\\(f("}")) {"; return Order() }
        var total: Int { items.map { $0 } }
        var other = 1
        init(x: Int) { self.x = x }
        subscript(i: Int) -> Int { get { 1 } }
        func charge(
          _ x: Int
        ) async throws -> Int {
          guard let y = x else { return 1 }
          return 2
        }
      }`,
      [
        'static Order.make<A>(_:):2',
        'Order.total.getter:3',
        'closure #1 in Order.total.getter:3',
        'Order.init(x:):5',
        'Order.charge(_:):11',
      ],
      ['Order.charge(_:):3', 'Cart.charge(_:):11'],
    ],
    [
      'a.dart',
      `class Cart extends Base<int> { final s = '\${x ? "}" : '{'}';
        Cart(this.x) : y = {1}, super(x) { check(); }
        Cart.empty() { check(); }
        int get total => items.fold(0, (a, b) => a + b);
        Future<List<int>> load(int a, {int b = 1}) async {
          void inner() { work(); }
          run(() { work(); });
        } }
      main() { if (x) { f(r'\\'); } }`,
      [
        'new Cart:2',
        'new Cart.empty:3',
        'Cart.total:4',
        'Cart.total.<anonymous closure>:4',
        'Cart.load.<anonymous closure>:7',
        'Cart.load.inner:6',
        'main:9',
      ],
      ['Cart.load:6', 'Cart.total:7', 'Other.load:7'],
    ],
    [
      'a.cpp',
      `#define X {
      #if A
      namespace shop { namespace {
      #else
      namespace other { namespace {
      #endif
      template <typename T, class U = V<T>> struct Order : public Base<T> { Order(int a) : a_{a}, b_(2) { f(); }
        ~Order() { g(); } bool operator==(const Order& o) const noexcept { return true; } };
      } auto s = R"x(} void no() { )x"; int n = 1'000; char c = '}';
      template <> int Order<int>::charge(int (*f)(int)) const { auto l = [&](int x) { return x; }; return l(1); } }
      extern "C" { int plain(void) { return 0; } }`,
      [
        'shop::(anonymous namespace)::Order<int>::Order(int):7',
        'shop::Order<int>::~Order():8',
        'shop::Order<int>::operator==(shop::Order<int> const&) const:8',
        'int shop::Order<int>::charge(int (*)(int)) const:10',
        'shop::Order<int>::charge(int (*)(int)) const::{lambda(int)#1}::operator()(int) const:10',
        'charge:10',
        'plain:11',
      ],
      ['shop::no():9', 'shop::Cart::charge(int):10', 'plain:10'],
    ],
    [
      'a.scala',
      `object Shop:
  def total(x: Int): Int =
    val y = s"\${if x then "}" else "{"}"
    inner:
      y
  def other = 1

class Cart[T](x: T) extends Base[T] {
  def ++(o: T): Int = { o }
  lazy val z = 1
}
`,
      [
        'a.Shop$.total:3',
        'a.Shop$.total:5',
        'a.Shop$.$anonfun$total$1:5',
        'a.Cart.$plus$plus:9',
        'a.Shop.other:6',
        'a.Cart.<init>:10',
      ],
      ['a.Shop$.total:6', 'a.Shop$.other:5', 'a.Cart.total:3'],
    ],
    [
      'a.rb',
      `module Shop
  class Order < Struct.new(:a)
    def self.all(x = 1)
      x.each do |y|
        y
      end
    end

    def total = @a + 1
    private def text
      <<~END
        def no
      END
    end
    attr_reader :b
  end
end
`,
      [
        'block (2 levels) in Shop::Order.all:5',
        'all:6',
        'Shop::Order#total:9',
        'rescue in text:11',
        '<class:Order>:15',
      ],
      ['no:12', 'all:9', 'Shop::Cart.all:5', 'text:15'],
    ],
    [
      'a.ex',
      `defmodule Shop.Order do
  @doc """
  def no do
  """
  def total(%{a: [1, 2]} = x, y \\\\ 1) when is_map(x) do
    Enum.map(x, fn z -> z end)
  end
  def total(x, y, z), do: x + y + z
  defp long(x),
    do: x

  @after 1
end
`,
      [
        'Shop.Order.total/2:6',
        'Shop.Order.total/1:6',
        'anonymous fn/1 in Shop.Order.total/2:6',
        'Shop.Order.total/3:8',
        'Shop.Order.long/1:10',
        'Shop.Order."-total/2-fun-0-"/1:6',
      ],
      ['Shop.Order.no/0:3', 'Shop.Order.total/3:6', 'Shop.Cart.total/2:6', 'Shop.Order.long/1:12'],
    ],
    [
      'a.erl',
      `-module(a).
total(X, {Y, "),"}) ->
    lists:map(fun(Z) -> Z end, X);
total(_, _) -> ok.
'odd name'() -> ok.
-spec other() -> ok.
`,
      ['a:total/2:3', "a:'-total/2-fun-0-'/1:3", "a:'odd name'/0:5"],
      ['a:total/1:3', 'a:other/0:6', "a:'odd name'/0:6"],
    ],
    [
      'a.pl',
      `package Shop;
sub total { my $s = "}"; $s =~ s{a}{b}; my %h = (y => 1, s => 2); return $#h / 2; } # }
=pod
sub no {
=cut
my $f = sub {
  work(qw(a }));
};
package Shop::Cart;
sub add { return <<END . "x"; }
} sub no {
END
`,
      ['Shop::total:2', 'Shop::__ANON__:7', 'Shop::Cart::add:10'],
      ['Shop::no:4', 'Shop::add:10', 'Shop::total:7'],
    ],
    [
      'a.lua',
      `local function a(x) if x then return [[ end function no() ]] end end -- end
function M.sub:b()
  for i = 1, 2 do repeat f() until true end
  t.c = function() return 1 end
end
f()
`,
      ['a:1', 'M.sub:b:3', 't.c:4', 'b:2'],
      ['no:1', 'a:3', 'b:6'],
    ],
    [
      'a.clj',
      `(ns acme.a)
(defn ^String all-orders! [x]
  (map (fn [y] y) x))
(println 1)
`,
      ['acme.a$all_orders_BANG_.invoke:3', 'acme.a$all_orders_BANG_$fn__12.invoke:3'],
      ['acme.a$all_orders_BANG_.invoke:4', 'acme.a$other.invoke:3'],
    ],
    [
      'a.fs',
      `module Acme.Shop.Orders

let rec charge (x: int) =
    let inner y = y / 0
    inner x

type Cart() =
    member this.Total(x) =
        x + 1
`,
      ['Acme.Shop.Orders.inner@4.Invoke:4', 'Acme.Shop.Orders.charge:5', 'Acme.Shop.Orders.Cart.Total:9'],
      ['Acme.Shop.Orders.charge:9', 'Acme.Shop.Orders.Total:9'],
    ],
    [
      'a.groovy',
      `class A { def "should charge"() { [1].collect { x -> "\${x ? '}' : '{'}" } }
        int total(int x) { x =~ /}/ } }
      def helper(a) { a }
      helper(1)`,
      ['A.should charge:1', 'A$_total_closure1.doCall:2', 'A.total:2', 'a.helper:3', 'a.run:4'],
      ['A.total:3', 'a.run:3'],
    ],
  ];
  for (const [file, text, same, other] of cases) {
    it(`reads what ${file.slice(file.lastIndexOf('.') + 1)} files hold besides code, and how their functions are printed`, () => {
      const source = new SourceText(file, text);
      // Lua prints the variable that was called.
      const notSame = file.endsWith('.lua') ? 'unknown' : 'other';
      const check = (claim: string): string => {
        const colon = claim.lastIndexOf(':');
        const line = base1(Number(claim.slice(colon + 1)));
        return enclosure(source, { lineBase1: line, function: claim.slice(0, colon) });
      };
      assert.deepEqual(
        same.filter((claim) => check(claim) !== 'same'),
        [],
        'to be in their functions',
      );
      assert.deepEqual(
        other.filter((claim) => check(claim) !== notSame),
        [],
        'to be in other functions',
      );
    });
  }

  it('says nothing about names that compilers make up', () => {
    const source = (file: string): SourceText => new SourceText(file, 'class A { void f() { } }');
    const made: readonly (readonly [file: string, name: string])[] = [
      ['A.java', 'a.A.access$000'],
      ['A.java', 'a.A.lambda$null$3'],
      ['A.kt', 'a.A$f$$inlined$map$1.emit'],
      ['A.cs', 'A.<>c__DisplayClass0_0.<>m__0'],
      ['a.cpp', 'operator()'],
      ['A.txt', 'f'],
    ];
    for (const [file, name] of made) {
      assert.equal(enclosure(source(file), { lineBase1: base1(1), function: name }), 'unknown', name);
    }
  });

  it('takes time linear in the length of any text', () => {
    const pieces = [
      '{',
      'func f(',
      'fn f() = ',
      '"',
      "'",
      '/*',
      '<<E\n',
      '(',
      '=> ',
      'class A<',
      'def f ',
      'end\n',
      'x,',
    ];
    for (const extension of 'java kt scala groovy clj go cs fs rs cpp swift dart php rb pl lua ex erl'.split(
      ' ',
    )) {
      for (const piece of pieces) {
        assertLinear(
          `${extension}: ${piece}`,
          (length) => piece.repeat(length / piece.length),
          (text) =>
            enclosure(new SourceText(`a.${extension}`, text), { lineBase1: base1(1), function: 'a.f' }),
          2_000,
        );
      }
    }
  }).timeout(120_000);
});
