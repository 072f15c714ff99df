import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { WorkspaceLines } from '../../../../src/analysis/lines/workspaceLines';
import type { ResolvedFrame } from '../../../../src/protocol/resolve';
import { fixturePath } from '../../../kit/fixture';
import { traceOf, type SpanSpec } from '../../../kit/spanSpec';

const frameworks = fixturePath('spanCode/frameworks');

/** Sources of one framework, the span, the file, and the mark at the end of the line that is right; none: nothing is known. */
type Case = readonly [
  folder: string,
  span: Partial<SpanSpec> & Pick<SpanSpec, 'attributes'>,
  file: string,
  mark: string,
];

function route(method: string, template: string, language?: string): Case[1] {
  return {
    name: `${method} ${template}`,
    ...(language !== undefined && { language }),
    attributes: { 'http.request.method': method, 'http.route': template },
  };
}

function rpc(service: string, method: string, language: string): Case[1] {
  return {
    language,
    name: `${service}/${method}`,
    attributes: { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method },
  };
}

const cases: readonly Case[] = [
  ['express', route('GET', '/api/orders/:id', 'nodejs'), 'src/controllers/orderController.js', 'orderShow'],
  ['express', route('GET', '/api/orders', 'nodejs'), 'src/controllers/orderController.js', 'orderList'],
  ['express', route('GET', '/api/users/:id', 'nodejs'), 'src/routes/users.js', 'user'],
  ['express', route('GET', '/health', 'nodejs'), 'src/health.js', 'health'],
  ['express', route('GET', '/search', 'nodejs'), 'src/app.js', 'search'],
  ['fastify', route('GET', '/v1/orders/:id', 'nodejs'), 'src/orders.ts', 'show'],
  ['fastify', route('POST', '/v1/orders', 'nodejs'), 'src/orders.ts', 'place'],
  ['nest', route('GET', '/orders/:id', 'nodejs'), 'src/orders/orders.controller.ts', 'findOne'],
  ['nest', route('POST', '/orders', 'nodejs'), 'src/orders/orders.controller.ts', 'create'],
  [
    'nest',
    {
      language: 'nodejs',
      attributes: { 'nestjs.controller': 'UsersController', 'nestjs.callback': 'findOne' },
    },
    'src/users/users.controller.ts',
    'user',
  ],
  ['koa', route('GET', '/shop/orders/:id', 'nodejs'), 'src/router.js', 'koa'],
  ['hapi', route('GET', '/orders/{id?}', 'nodejs'), 'src/server.js', 'hapi'],
  ['flask', route('GET', '/orders/<int:order_id>', 'python'), 'shop/orders.py', 'show'],
  ['flask', route('POST', '/orders/', 'python'), 'shop/orders.py', 'place'],
  ['fastapi', route('GET', '/api/items/{item_id}', 'python'), 'app/routers/items.py', 'item'],
  ['fastapi', route('GET', '/api/users/{user_id}', 'python'), 'app/routers/users.py', 'user'],
  ['fastapi', route('GET', '/ping', 'python'), 'app/main.py', 'ping'],
  ['django', route('GET', 'api/orders/<int:pk>/', 'python'), 'orders/views.py', 'show'],
  ['django', route('GET', 'api/orders/', 'python'), 'orders/views.py', 'list'],
  ['django', route('POST', 'api/orders/', 'python'), 'orders/views.py', 'place'],
  ['django', route('GET', 'api/^report/(?P<year>[0-9]{4})/$', 'python'), 'orders/views.py', 'report'],
  [
    'spring',
    route('GET', '/api/orders/{id}', 'java'),
    'src/main/java/com/shop/orders/OrderController.java',
    'show',
  ],
  [
    'spring',
    route('POST', '/api/orders', 'java'),
    'src/main/java/com/shop/orders/OrderController.java',
    'place',
  ],
  [
    'spring',
    route('POST', '/api/orders/{id}/cancel', 'java'),
    'src/main/java/com/shop/orders/OrderController.java',
    'cancel',
  ],
  ['spring', route('GET', '/stock/{sku}', 'java'), 'src/main/java/com/shop/stock/StockHandler.java', 'level'],
  [
    'spring',
    {
      language: 'java',
      name: 'OrderController.cancel',
      attributes: { 'code.namespace': 'com.shop.orders.OrderController', 'code.function': 'cancel' },
    },
    'src/main/java/com/shop/orders/OrderController.java',
    'cancel',
  ],
  [
    'spring',
    {
      language: 'java',
      kind: 'consumer',
      name: 'orders.placed process',
      attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders.placed' },
    },
    'src/main/java/com/shop/orders/OrderListener.java',
    'onPlaced',
  ],
  [
    'spring',
    { language: 'java', kind: 'internal', name: 'OrderListener.sendMail', scope: 'mail', attributes: {} },
    'src/main/java/com/shop/orders/OrderListener.java',
    'sendMail',
  ],
  ['gin', route('GET', '/v1/users/:id', 'go'), 'main.go', 'v1'],
  ['gin', route('GET', '/v2/users/:id', 'go'), 'main.go', 'v2'],
  ['gin', route('POST', '/users', 'go'), 'main.go', 'create'],
  ['mux', route('GET', '/api/orders/{id}', 'go'), 'server.go', 'show'],
  ['mux', route('DELETE', '/api/orders/{id}', 'go'), 'server.go', 'cancel'],
  ['echo', route('GET', '/orders/:id', 'go'), 'main.go', 'show'],
  ['aspnet', route('GET', 'api/Orders/{id:int}', 'dotnet'), 'Orders/OrdersController.cs', 'show'],
  ['aspnet', route('POST', 'api/Orders', 'dotnet'), 'Orders/OrdersController.cs', 'place'],
  ['aspnet', route('GET', '/stock/{sku}', 'dotnet'), 'Program.cs', 'stock'],
  ['aspnet', route('DELETE', '/carts/{id}', 'dotnet'), 'Carts.cs', 'remove'],
  ['aspnet', rpc('shop.Cart', 'AddItem', 'dotnet'), 'Services/CartService.cs', 'addItem'],
  ['rails', route('GET', '/api/orders/:id', 'ruby'), 'app/controllers/api/orders_controller.rb', 'show'],
  ['rails', route('GET', '/status', 'ruby'), 'app/controllers/status_controller.rb', 'status'],
  [
    'rails',
    {
      language: 'ruby',
      name: 'Api::OrdersController#index',
      attributes: { 'code.namespace': 'Api::OrdersController', 'code.function': 'index' },
    },
    'app/controllers/api/orders_controller.rb',
    'index',
  ],
  [
    'rails',
    {
      language: 'ruby',
      kind: 'consumer',
      name: 'MailJob process',
      attributes: { 'code.namespace': 'MailJob', 'code.function': 'perform' },
    },
    'app/jobs/mail_job.rb',
    'perform',
  ],
  ['sinatra', route('GET', '/orders/:id', 'ruby'), 'app.rb', 'show'],
  ['laravel', route('GET', 'orders/{order}', 'php'), 'app/Http/Controllers/OrderController.php', 'show'],
  ['laravel', route('POST', 'orders', 'php'), 'app/Http/Controllers/OrderController.php', 'store'],
  ['laravel', route('GET', 'ping', 'php'), 'routes/api.php', 'ping'],
  ['symfony', route('GET', '/orders/{id}', 'php'), 'src/Controller/OrderController.php', 'show'],
  [
    'phoenix',
    {
      language: 'erlang',
      name: 'GET /api/orders/:id',
      attributes: { 'phoenix.plug': 'Elixir.ShopWeb.OrderController', 'phoenix.action': 'show' },
    },
    'lib/shop_web/controllers/order_controller.ex',
    'show',
  ],
  [
    'phoenix',
    route('DELETE', '/api/carts/:id', 'erlang'),
    'lib/shop_web/controllers/cart_controller.ex',
    'delete',
  ],
  ['axum', route('GET', '/orders/{id}', 'rust'), 'src/main.rs', 'show'],
  ['axum', route('DELETE', '/orders/{id}', 'rust'), 'src/main.rs', 'cancel'],
  [
    'axum',
    { language: 'rust', kind: 'internal', name: 'load_order', scope: 'shop', attributes: {} },
    'src/main.rs',
    'load',
  ],
  ['axum', rpc('shop.Cart', 'AddItem', 'rust'), 'src/cart.rs', 'addItem'],
  ['actix', route('GET', '/orders/{id}', 'rust'), 'src/main.rs', 'show'],
  ['next', route('GET', '/api/orders/[id]', 'nodejs'), 'app/api/orders/[id]/route.ts', 'get'],
  ['next', route('DELETE', '/api/orders/[id]', 'nodejs'), 'app/api/orders/[id]/route.ts', 'delete'],
  ['svelte', route('GET', '/orders/[id]', 'nodejs'), 'src/routes/orders/[id]/+server.ts', 'get'],
  ['remix', route('GET', '/orders/:id', 'nodejs'), 'app/routes/orders.$id.tsx', 'loader'],
  ['grpcJava', rpc('shop.AdService', 'GetAds', 'java'), 'src/main/java/shop/AdService.java', 'getAds'],
  ['grpcGo', rpc('shop.CheckoutService', 'PlaceOrder', 'go'), 'main.go', 'placeOrder'],
  ['grpcGo', { ...rpc('shop.PaymentService', 'Charge', 'go'), kind: 'client' }, 'main.go', 'charge'],
  [
    'grpcPython',
    rpc('shop.RecommendationService', 'ListRecommendations', 'python'),
    'recommendation_server.py',
    'list',
  ],
  [
    'grpcPython',
    {
      language: 'python',
      kind: 'internal',
      name: 'get_product_list',
      scope: 'recommendation',
      attributes: {},
    },
    'recommendation_server.py',
    'products',
  ],
  ['grpcNode', rpc('oteldemo.PaymentService', 'Charge', 'nodejs'), 'server.js', 'charge'],
  [
    'celery',
    {
      language: 'python',
      kind: 'consumer',
      name: 'run/shop.tasks.send_invoice',
      attributes: { 'messaging.destination': 'celery', 'celery.task_name': 'shop.tasks.send_invoice' },
    },
    'shop/tasks.py',
    'invoice',
  ],
  [
    'celery',
    {
      language: 'python',
      kind: 'consumer',
      name: 'run/orders.archive',
      attributes: {
        'messaging.system': 'redis',
        'messaging.destination': 'celery',
        'celery.task_name': 'orders.archive',
      },
    },
    'shop/tasks.py',
    'archive',
  ],
  [
    'rabbit',
    {
      language: 'nodejs',
      kind: 'consumer',
      name: 'order.placed process',
      attributes: { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'order.placed' },
    },
    'src/consumer.js',
    'onOrder',
  ],
  [
    'rabbit',
    {
      language: 'nodejs',
      kind: 'producer',
      name: 'order.placed publish',
      attributes: { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'order.placed' },
    },
    'src/consumer.js',
    'announce',
  ],
  [
    'lambda',
    { language: 'nodejs', name: 'shop-dev-placeOrder', attributes: { 'faas.name': 'shop-dev-placeOrder' } },
    'src/orders.js',
    'place',
  ],
];

async function frameOf(folder: string, specs: readonly SpanSpec[]): Promise<ResolvedFrame | undefined> {
  const lines = linesIn(folder);
  try {
    return await lines.ofSpan(traceOf(specs), specs.length - 1);
  } finally {
    lines.dispose();
  }
}

function linesIn(folder: string): WorkspaceLines {
  return new WorkspaceLines({
    folders: [{ name: folder, path: path.join(frameworks, folder) }],
    mappings: [],
    revisions: [],
    chosenMaps: [],
    trusted: false,
  });
}

/** The line whose end has the mark. */
function lineOf(folder: string, file: string, mark: string): number {
  const lines = readFileSync(path.join(frameworks, folder, file), 'utf8').split('\n');
  return lines.findIndex((line) => line.endsWith(`→ ${mark}`)) + 1;
}

describe('code of spans by what they tell', () => {
  for (const [folder, span, file, mark] of cases) {
    it(`${folder}: ${span.name ?? Object.values(span.attributes ?? {}).join(' ')}`, async () => {
      const spec = { name: 'span', kind: 'server', service: folder, ...span } as const;
      const frame = await frameOf(folder, [spec]);
      assert.deepEqual(
        { path: frame?.location?.path, line: frame?.location?.lineBase1 },
        { path: file, line: lineOf(folder, file, mark) },
        JSON.stringify(frame),
      );
    });
  }

  it('is never exact for a service whose folder is not in the workspace', async () => {
    const other = {
      ...route('GET', '/health', 'nodejs'),
      name: 'GET /health',
      kind: 'server',
      service: 'billing',
    } as const;
    const frame = await frameOf('express', [other]);
    assert.equal(frame?.location?.grade, 'likely');
    assert.equal(frame.location.reason, 'spanCodeFits');
    const own = await frameOf('express', [{ ...other, service: 'express-service' }]);
    assert.equal(own?.location?.grade, 'exact');
    assert.equal(own.location.matched, "app.get('/health', asyncHandler(health));");
  });

  it('says nothing of a route that no code registers, of another method and of another language', async () => {
    for (const span of [
      route('GET', '/health/deep', 'nodejs'),
      route('DELETE', '/health', 'nodejs'),
      route('GET', '/health', 'java'),
    ]) {
      assert.equal(
        await frameOf('express', [{ name: 'x', kind: 'server', service: 'express', ...span }]),
        undefined,
      );
    }
  });

  it('lists every place where several fit, and opens none', async () => {
    const span = {
      language: 'nodejs',
      name: 'x',
      kind: 'server',
      service: 'shop',
      attributes: { 'nestjs.callback': 'findOne' },
    } as const;
    const frame = await frameOf('nest', [span]);
    assert.equal(frame?.location, undefined);
    assert.equal(frame?.reason, 'spanCodeAmbiguous');
    assert.deepEqual(
      frame.candidates?.map((one) => one.path),
      ['src/orders/orders.controller.ts', 'src/users/users.controller.ts'],
    );
  });

  it('names the code above where nothing tells the code of a client span', async () => {
    const server = {
      name: 'GET /stock/{sku}',
      kind: 'server',
      service: 'spring',
      ...route('GET', '/stock/{sku}', 'java'),
    } as const;
    const client = {
      name: 'HMGET',
      kind: 'client',
      service: 'spring',
      language: 'java',
      attributes: { 'db.system': 'redis' },
    } as const;
    const frame = await frameOf('spring', [server, client]);
    assert.equal(frame?.location, undefined);
    assert.equal(frame?.reason, 'spanCodeCaller');
    assert.deepEqual(
      frame.candidates?.map(({ evidence }) => evidence),
      [['calledFrom']],
    );
  });

  it('shows the entity of a table as a candidate, as mappers write the statement', async () => {
    const frame = await frameOf('django', [
      {
        name: 'SELECT shop_order',
        kind: 'client',
        service: 'django',
        language: 'python',
        attributes: {
          'db.system.name': 'postgresql',
          'db.collection.name': 'shop_order',
          'db.query.text': 'SELECT "shop_order"."id" FROM "shop_order" WHERE "shop_order"."id" = %s LIMIT 21',
        },
      },
    ]);
    assert.equal(frame?.location, undefined);
    assert.deepEqual(frame?.candidates, [
      { path: 'orders/models.py', lineBase1: 8, evidence: ['entity'], matched: 'db_table = "shop_order"' },
    ]);
  });

  it('finds a statement by its words, whatever its spaces, values and placeholders', async () => {
    const spec = (text: string): SpanSpec => ({
      name: 'SELECT orders',
      kind: 'client',
      service: 'sinatra',
      language: 'ruby',
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': text },
    });
    for (const text of [
      'SELECT id, total FROM orders WHERE id = $1',
      'select id,total from orders where id = 42',
    ]) {
      const frame = await frameOf('sinatra', [spec(text)]);
      assert.equal(frame?.location?.lineBase1, 4, text);
      assert.deepEqual(frame.location.evidence.slice(0, 1), ['statement']);
    }
    assert.equal(await frameOf('sinatra', [spec('SELECT name FROM users WHERE mail = $1')]), undefined);
  });

  it('has a case for every framework among the sources', () => {
    const tested = new Set(cases.map(([folder]) => folder));
    assert.deepEqual(
      readdirSync(frameworks).filter((folder) => !tested.has(folder)),
      [],
    );
  });
});
