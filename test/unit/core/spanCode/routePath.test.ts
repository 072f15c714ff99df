import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isMounted, routeSegments, suffixAt } from '../../../../src/core/spanCode/routePath';
import { fitsSpanName } from '../../../../src/core/spanCode/spanNameRules';
import { likeness, statementWords } from '../../../../src/core/spanCode/statementWords';

describe('routes in one spelling', () => {
  const same: readonly (readonly string[])[] = [
    [
      '/orders/:id',
      '/orders/{id}',
      'orders/<int:id>/',
      '/orders/[id]',
      '^orders/(?P<id>[0-9]+)/$',
      '/orders/{id:int}',
    ],
    ['/files/*path', '/files/{*path}', '/files/[...path]', '/files/**'],
    ['/a/b', 'https://shop.example/a/b?x=1', 'a/b/', '/a/b(.:format)'],
  ];
  for (const routes of same) {
    it(`${routes[0]} as every framework writes it`, () => {
      for (const route of routes) {
        assert.deepEqual(routeSegments(route), routeSegments(routes[0]!), route);
      }
    });
  }

  it('keeps case, and tells a parameter from a name', () => {
    assert.notDeepEqual(routeSegments('/Orders'), routeSegments('/orders'));
    assert.notDeepEqual(routeSegments('/orders/id'), routeSegments('/orders/:id'));
  });

  it('finds the end of a route, and what of the rest is mounted', () => {
    const route = routeSegments('/api/v1/orders/:id');
    assert.equal(suffixAt(route, routeSegments('/orders/:order')), 2);
    assert.equal(suffixAt(route, routeSegments('/orders')), undefined);
    const mounts = ['/api', '/v1', '/v2'].map(routeSegments);
    assert.equal(isMounted(['api', 'v1'], mounts), true);
    assert.equal(isMounted(['api', 'v3'], mounts), false);
    assert.equal(isMounted([], mounts), true);
  });
});

describe('names of spans', () => {
  it('fit a template where its parts stand in order', () => {
    assert.ok(fitsSpanName('load big order', ['load ', ' order']));
    assert.ok(fitsSpanName('abc', ['a', 'b', 'c']));
    assert.ok(!fitsSpanName('ab', ['ab', 'b']));
    assert.ok(!fitsSpanName('load', ['load', 'x', '']));
  });
});

describe('statements in one spelling', () => {
  it('are equal whatever stands for a value', () => {
    const forms = [
      'SELECT * FROM orders WHERE id IN (?, ?, ?) AND name = ?',
      "select * from orders where id in (1,2) and name = 'it''s'",
      'SELECT *\n FROM "orders" WHERE id IN ($1) AND name = $2',
      'SELECT * FROM orders /* traceparent=00-a */ WHERE id IN (:ids) AND name = %(name)s',
      'SELECT * FROM `orders` WHERE id IN (@a, @b) AND name = ${name}',
    ];
    for (const form of forms) {
      assert.equal(statementWords(form), statementWords(forms[0]!), form);
    }
  });

  it('are alike by what they share', () => {
    const one = statementWords('SELECT id, total FROM orders WHERE id = ?');
    assert.ok(likeness(one, statementWords('SELECT id, total FROM orders WHERE id = ? LIMIT ?')) > 0.75);
    assert.ok(likeness(one, statementWords('DELETE FROM carts WHERE owner = ?')) < 0.3);
  });
});
