/**
 * Every sentence that a person reads, beside the manifest: codes with parameters in, text out. Sections follow the folders that make the codes.
 * Host and webview pass text through `@vscode/l10n`; the command line prints English.
 */
import type { BackendError } from './protocol/backend';

/** What went wrong with a backend, in one sentence. `name` is the connection's. */
export function backendErrorText(name: string, error: BackendError): string {
  switch (error.kind) {
    case 'unreachable':
      return `Nothing listens on ${error.target}.`;
    case 'unauthorized':
      return `${name} rejected the token (${error.status ?? 401}).`;
    case 'rateLimited':
      return `${name} asks to wait (${error.status ?? 429}).`;
    case 'timeout':
      return `${name} gave no answer in time.`;
    case 'cancelled':
      return `The request to ${name} was cancelled.`;
    case 'notFound':
      return `${name} does not know this trace.`;
    case 'badResponse':
      return `${name} gave an answer that is not its API's: ${error.target}.`;
    case 'tooLarge':
      return `The answer of ${name} is larger than allowed.`;
    case 'unsupported':
      return `${name} does not offer this.`;
  }
}
