import { isIP } from 'node:net';

const containerHosts = ['host.docker.internal', 'host.containers.internal'];

/**
 * True for a `Host` header that a request to the loopback address may carry: `localhost`, a loopback address, the container hosts
 * and `allowedHosts`. Anything else is a page that had its own name point here (DNS rebinding).
 */
export function hostAllowed(header: string | undefined, allowedHosts: readonly string[]): boolean {
  const name = hostName(header ?? '');
  if (name === 'localhost' || containerHosts.includes(name)) {
    return true;
  }
  switch (isIP(name)) {
    case 4:
      return name.startsWith('127.');
    case 6:
      return name === '::1';
    default:
      return name !== '' && allowedHosts.some((allowed) => allowed.toLowerCase() === name);
  }
}

function hostName(header: string): string {
  const text = header.trim().toLowerCase();
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    return close > 0 && /^(:\d*)?$/.test(text.slice(close + 1)) ? text.slice(1, close) : '';
  }
  const colon = text.indexOf(':');
  if (colon < 0) {
    return text;
  }
  return /^\d*$/.test(text.slice(colon + 1)) ? text.slice(0, colon) : '';
}
