import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Absolute path of a file below `test/fixtures`; tests run with the repository as working folder. */
export function fixturePath(name: string): string {
  return path.join(process.cwd(), 'test', 'fixtures', name);
}

/** One recorded OTLP export request. */
export interface OtlpRequest {
  readonly name: string;
  readonly run: string;
  readonly signal: 'traces' | 'logs' | 'metrics';
  readonly contentType: 'application/x-protobuf' | 'application/json';
  /** Without content encoding. */
  readonly body: Uint8Array;
}

interface RecordedEntry {
  readonly name: string;
  readonly run: string;
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
}

/** The export requests of one sender in the order they were sent, of the given runs only. */
export function loadOtlpRecording(
  name: 'otlpNode' | 'otlpPython',
  runs: readonly string[] = ['a', 'b'],
): OtlpRequest[] {
  const index = JSON.parse(readFileSync(fixturePath(`${name}/index.json`), 'utf8')) as {
    readonly entries: readonly RecordedEntry[];
  };
  return index.entries
    .filter(({ run }) => runs.includes(run))
    .map((entry) => {
      const sent = readFileSync(fixturePath(`${name}/${entry.requestBody}`));
      const isGzip = entry.requestHeaders['content-encoding'] === 'gzip';
      return {
        name: entry.name,
        run: entry.run,
        signal: entry.path.replace('/v1/', '') as OtlpRequest['signal'],
        contentType: entry.requestHeaders['content-type'] as OtlpRequest['contentType'],
        body: new Uint8Array(isGzip ? gunzipSync(sent) : sent),
      };
    });
}

/** The hand-made request of odd traces, as protobuf. */
export function loadOtlpEdge(): Uint8Array {
  return new Uint8Array(readFileSync(fixturePath('otlpEdge/edge.bin')));
}
