import { Problem } from './problem.ts';

/** Another service of the shop failed or gave no answer. */
export class UpstreamError extends Problem {
  override name = 'UpstreamError';
}

interface Call {
  readonly service: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly tenant?: string;
  readonly timeoutMs: number;
}

/** Calls a service that speaks JSON. Its 4xx answers pass through, all else turns into an `UpstreamError`. */
export async function callService<T>(call: Call): Promise<T> {
  const response = await send(call);
  if (response.ok) {
    return (await response.json()) as T;
  }
  const { reason, message } = await readProblem(response);
  if (response.status < 500) {
    throw new Problem(response.status, reason, message);
  }
  const status = response.status === 504 ? 504 : 502;
  throw new UpstreamError(status, reason, `${call.service} answered ${response.status} (${reason})`);
}

async function send(call: Call): Promise<Response> {
  const init: RequestInit = {
    method: call.method ?? 'GET',
    headers: { 'content-type': 'application/json', 'x-tenant': call.tenant ?? 'house' },
    signal: AbortSignal.timeout(call.timeoutMs),
  };
  if (call.body !== undefined) {
    init.body = JSON.stringify(call.body);
  }
  try {
    return await fetch(call.url, init);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'TimeoutError') {
      const message = `${call.service} gave no answer within ${call.timeoutMs} ms`;
      throw new UpstreamError(504, `${call.service}-timeout`, message, { cause });
    }
    throw new UpstreamError(502, `${call.service}-unreachable`, `${call.service} cannot be reached`, {
      cause,
    });
  }
}

async function readProblem(response: Response): Promise<{ reason: string; message: string }> {
  const text = await response.text();
  try {
    return JSON.parse(text) as { reason: string; message: string };
  } catch {
    return { reason: 'unreadable', message: text.slice(0, 200) };
  }
}
