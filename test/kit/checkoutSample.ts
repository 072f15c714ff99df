import { base1 } from '../../src/base/units';
import { spanIdFromHex, traceIdFromHex, type SpanId, type TraceId } from '../../src/core/model/ids';
import { ValueType } from '../../src/core/model/spanTable';
import { SpanTableBuilder } from '../../src/core/model/spanTableBuilder';
import type { Trace } from '../../src/core/model/trace';
import { traceFromTables } from '../../src/core/model/traceBuilder';
import type { Grade } from '../../src/core/locate/grade';
import type { ResolvedException, ResolvedFrame } from '../../src/protocol/resolve';

/**
 * The trace of the design's pictures, a checkout that fails after a time-out two services away: indentation is the tree; then service,
 * name, start and duration in ms (`>` for open), error, and the line with its grade.
 */
const rows = `
gateway|POST /checkout|0|37900|x|routes.ts:31
  gateway|verifySession|60|306||session.ts:19
    gateway|GET session|74|278||session.ts:27
  gateway|GET /cart/{id}|330|1650||cartClient.ts:12
    cart|GET /cart/{id}|370|1580||cart.go:22
      cart|HGETALL cart|380|120||store.go:41
      cart|price.quote|590|1350||pricing.go:58 likely
      cart|stock.peek|410|660||stock.go:33
  gateway|POST /orders|2000|35900|x|ordersClient.ts:44
    orders|POST /orders|2050|35800|x|app.py:41
      orders|validate|2120|260||checkout.py:29
      orders|reserve_stock|2480|1660||stock.py:63 moved
        inventory|POST /reserve|2520|1540||reserve.go:77
          inventory|UPDATE stock|2660|1350||store.go:140 likely
      orders|charge|4140|32300|x|checkout.py:57
        payments|POST /authorize|4150|1180|x|authorize.ts:64
          payments|POST /v2/auth|4210|1110|o|bank.ts:38
        payments|POST /authorize|5800|520||authorize.ts:64
          payments|POST /v2/auth|5850|450||bank.ts:38
        orders|orders.find|6350|30000|o|db.py:88
          orders|hello mongo-1|6440|80||
      payments|POST /void|36500|1340||void.ts:21
        payments|POST /v2/void|36580|1230||bank.ts:71
  gateway|recordOutcome|37860|40||outcome.ts:9
!inventory|stock.release|36600|1000||release.go:18
!inventory|UPDATE stock|36700|>||store.go:152 likely
`;

const startUnixNano = 1_780_000_000_118_000_000n;
const nsPerMs = 1_000_000n;

interface SampleRow {
  readonly service: string;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number | undefined;
  readonly state: string;
  readonly line: string;
  readonly parent: SpanId | undefined;
}

function sampleRows(): SampleRow[] {
  const ancestors: { readonly indent: number; readonly id: SpanId }[] = [];
  return rows
    .trim()
    .split('\n')
    .map((text, index) => {
      const indent = text.length - text.trimStart().length;
      while (ancestors.length > 0 && ancestors.at(-1)!.indent >= indent) {
        ancestors.pop();
      }
      const [head, name, start, duration, state, line] = text.trim().split('|');
      const orphan = head!.startsWith('!');
      const parent = orphan ? spanId(0xf00 + index) : ancestors.at(-1)?.id;
      ancestors.push({ indent, id: spanId(index + 1) });
      return {
        service: head!.replace('!', ''),
        name: name!,
        startMs: Number(start),
        durationMs: duration === '>' ? undefined : Number(duration),
        state: state!,
        line: line!,
        parent,
      };
    });
}

function spanId(number: number): SpanId {
  return spanIdFromHex(number.toString(16))!;
}

/** Id of the sample's trace. */
export const checkoutTraceId: TraceId = traceIdFromHex('4bf92f3577b34da6a3ce929d0e0e4736')!;

/** The sample as a trace. */
export function checkoutTrace(): Trace {
  const builder = new SpanTableBuilder();
  const scope = builder.scopes.add('sample', '');
  const resources = new Map<string, number>();
  const text = (key: string, value: string): { key: string; type: ValueType; text: string } => ({
    key,
    type: ValueType.string,
    text: value,
  });
  sampleRows().forEach((row, index) => {
    let resource = resources.get(row.service);
    if (resource === undefined) {
      resource = builder.resources.add([
        text('service.name', row.service),
        text('service.version', '2.14.0'),
        text('host.name', 'node-7'),
        text('telemetry.sdk.language', 'python'),
      ]);
      resources.set(row.service, resource);
    }
    const start = startUnixNano + BigInt(Math.round(row.startMs)) * nsPerMs;
    const end = row.durationMs === undefined ? 0n : start + BigInt(row.durationMs) * nsPerMs;
    const failed = row.state !== '';
    const find = row.name === 'orders.find';
    builder.addSpan({
      traceId: checkoutTraceId,
      spanId: spanId(index + 1),
      parentSpanId: row.parent,
      startUnixNano: start,
      endUnixNano: end,
      name: row.name,
      kind: find ? 3 : 1,
      status: failed ? 2 : 0,
      resource,
      scope,
      attributes: find
        ? findAttributes.map(([key, value]) => text(key, value))
        : [text('row', String(index))],
      events: failed
        ? [
            ...(find
              ? [
                  {
                    timeUnixNano: start + 100n * nsPerMs,
                    name: 'connection pool cleared',
                    attributes: [text('peer', 'mongo-2:27017')],
                  },
                ]
              : []),
            {
              timeUnixNano: end,
              name: 'exception',
              attributes: [
                text('exception.type', find ? 'AutoReconnect' : 'UpstreamError'),
                text('exception.message', find ? 'mongo-2:27017: connection pool paused' : 'upstream failed'),
              ],
            },
          ]
        : [],
    });
  });
  return traceFromTables(checkoutTraceId, [{ table: builder.build() }]);
}

const findAttributes: readonly (readonly [key: string, value: string])[] = [
  ['db.host', 'mongo-2'],
  ['db.pool.paused', 'true'],
  ['db.collection', 'orders'],
  ['db.operation', 'findOne'],
  ['db.retry', 'true'],
  [
    'db.statement',
    JSON.stringify({
      find: 'orders',
      filter: { idempotency_key: 'ck_7f3a90c2' },
      limit: 1,
      note: 'n'.repeat(900),
    }),
  ],
  ['db.system', 'mongodb'],
  ['net.peer.port', '27017'],
  ['order.key', 'ck_7f3a90c2'],
];

/** The sample's lines by span name and start, as a host would answer. */
export function checkoutFrame(name: string, nth: number): ResolvedFrame | undefined {
  const matching = sampleRows().filter((row) => row.name === name);
  const line = matching[Math.min(nth, matching.length - 1)]?.line;
  return line === undefined || line === '' ? libraryFrame() : frameOf(line, name);
}

function frameOf(line: string, functionName: string): ResolvedFrame {
  const [place, grade = 'exact'] = line.split(' ');
  const [file, number] = place!.split(':');
  return {
    raw: `at ${functionName} (${place})`,
    rawLine: 0,
    function: functionName,
    file: `/app/${file}`,
    lineBase1: base1(Number(number) - (grade === 'moved' ? 2 : 0)),
    kind: 'app',
    inApp: true,
    location: {
      path: `services/app/${file}`,
      lineBase1: base1(Number(number)),
      grade: grade as Grade,
      reason: grade === 'exact' ? 'sourceTextEqual' : grade === 'moved' ? 'sourceTextMoved' : 'nameOnly',
      evidence: grade === 'likely' ? ['sameName'] : ['uniquePath', 'sourceText'],
    },
    via: ['path'],
  };
}

function libraryFrame(): ResolvedFrame {
  return {
    raw: 'File "/usr/lib/site-packages/pymongo/monitor.py", line 214, in run',
    rawLine: 0,
    function: 'run',
    file: '/usr/lib/site-packages/pymongo/monitor.py',
    lineBase1: base1(214),
    kind: 'dependency',
    inApp: false,
    reason: 'notOwnCode',
    via: [],
  };
}

/** The exceptions of `orders.find`. */
export function checkoutExceptions(): readonly ResolvedException[] {
  return [
    {
      type: 'AutoReconnect',
      message: 'mongo-2:27017: connection pool paused',
      relation: 'root',
      frames: [
        frameOf('db.py:88', 'find_order'),
        frameOf('checkout.py:57', 'charge'),
        frameOf('app.py:41', 'place_order'),
        ...Array.from({ length: 14 }, libraryFrame),
      ],
    },
    {
      type: 'NetworkTimeout',
      message: 'mongo-2:27017: timed out',
      relation: 'cause',
      parent: 0,
      frames: Array.from({ length: 9 }, libraryFrame),
    },
  ];
}

/** Lines around `db.py:88`. */
export const checkoutSource: readonly string[] = [
  '    with tracer.start_as_current_span(',
  '        "orders.find"',
  '    ) as span:',
  '        span.set_attribute("order.key", key)',
  '        # reads go to the nearest node',
  '        doc = coll.find_one(q)',
  '        span.set_attribute(',
  '            "db.found", doc is not None',
  '        )',
  '    if doc is None:',
];
