import { chromium, type Browser } from 'playwright-core';
import { findChromium } from './chromium.mts';
import type { Progress } from './install.mts';

/** Flags for root users, machines without a graphics card and closed networks. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a headless browser; one serves every window of a run. */
export async function launchBrowser(progress: Progress): Promise<Browser> {
  const { executablePath, env } = await findChromium(progress);
  try {
    return await chromium.launch({
      executablePath,
      args: flags,
      headless: true,
      env: { ...(process.env as Record<string, string>), ...env },
    });
  } catch (error) {
    throw new Error(
      `The browser ${executablePath} does not start; name another one in SPANLINE_CHROME if it lacks libraries.`,
      { cause: error },
    );
  }
}
