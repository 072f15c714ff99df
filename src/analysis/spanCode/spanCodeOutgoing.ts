import { PARAMETER, routeSegments } from '../../core/spanCode/routePath';
import type { SpanQuestion } from '../../core/spanCode/spanQuestion';
import { SpanKind } from '../../core/model/spanTable';
import { firstAt, type CodeFile } from './spanCodeFiles';

/** Calls that send a request, by name; `undefined`: on any object. */
const SENDS: ReadonlyMap<string, RegExp | undefined> = new Map(
  Object.entries({
    fetch: /^(?:|globalThis|window|self|undici)$/,
    urlopen: undefined,
    urlretrieve: undefined,
    axios: /^$/,
    got: /^$/,
    ky: /^$/,
    request: /^(?:http|https|axios|requests|httpx|session|client|undici|\w*[cC]lient|needle)$/,
    get: /^(?:http|https|axios|requests|httpx|got|ky|superagent|needle|session|aiohttp|\w*[cC]lient|HTTParty|Faraday|reqwest|Http|restTemplate|webClient|Net)$/,
    post: /^(?:http|https|axios|requests|httpx|got|ky|superagent|needle|session|aiohttp|\w*[cC]lient|HTTParty|Faraday|reqwest|Http|restTemplate|webClient)$/,
    put: /^(?:axios|requests|httpx|got|ky|session|\w*[cC]lient|HTTParty|Faraday|Http|restTemplate)$/,
    delete: /^(?:axios|requests|httpx|got|ky|session|\w*[cC]lient|HTTParty|Faraday|Http|restTemplate)$/,
    Do: /[cC]lient$/,
    Get: /^(?:http|\w*[cC]lient)$/,
    Post: /^(?:http|\w*[cC]lient)$/,
    send: /^(?:\w*[cC]lient|http)$/,
    sendAsync: undefined,
    exchange: /^(?:restTemplate|\w*[cC]lient)$/,
    getForObject: undefined,
    getForEntity: undefined,
    postForObject: undefined,
    postForEntity: undefined,
    retrieve: undefined,
    GetAsync: undefined,
    PostAsync: undefined,
    SendAsync: undefined,
    GetStringAsync: undefined,
    GetFromJsonAsync: undefined,
    PostAsJsonAsync: undefined,
    get_response: undefined,
    curl_exec: undefined,
  }),
);

/** Whether a span sends a request over HTTP. */
export function sendsRequest(question: SpanQuestion): boolean {
  return question.kind === SpanKind.client && question.request !== undefined;
}

/** The first line between two offsets of a file that sends a request. */
export function lineOfRequest({ tokens }: CodeFile, from: number, to: number): number | undefined {
  if (!tokens) {
    return undefined;
  }
  for (let at = firstAt(tokens.starts, from); at < tokens.count && tokens.starts[at]! < to; at++) {
    if (!tokens.isName(at) || !(tokens.is(at + 1, '(') || tokens.is(at + 1, '<'))) {
      continue;
    }
    const word = tokens.word(at);
    if (!SENDS.has(word) || DECLARES.has(tokens.word(at - 1))) {
      continue;
    }
    const isMember = tokens.is(at - 1, '.') || tokens.is(at - 1, ':') || tokens.is(at - 1, '>');
    const before = tokens.is(at - 1, '.') ? at - 2 : at - 3;
    const receiver = isMember ? (tokens.isName(before) ? tokens.word(before) : '?') : '';
    if (SENDS.get(word)?.test(receiver) ?? true) {
      return tokens.lines[at];
    }
  }
  return undefined;
}

/** Whether a literal between two offsets has a part of the request's path: `base + '/prices/'`. */
export function namesPath({ tokens }: CodeFile, from: number, to: number, path: readonly string[]): boolean {
  if (!tokens) {
    return false;
  }
  for (let at = firstAt(tokens.starts, from); at < tokens.count && tokens.starts[at]! < to; at++) {
    const text = tokens.ends[at]! - tokens.starts[at]! < 300 ? tokens.literal(at) : undefined;
    const segments =
      text?.includes('/') === true ? routeSegments(text).filter((one) => one !== PARAMETER) : [];
    const isPart = (start: number): boolean => segments.every((one, i) => one === path[start + i]);
    if (segments.length > 0 && path.some((_, start) => isPart(start))) {
      return true;
    }
  }
  return false;
}

const DECLARES = new Set(['function', 'def', 'func', 'fn']);
