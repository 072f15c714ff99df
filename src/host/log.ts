import * as vscode from 'vscode';

import { redact } from './redact';

/** The "Spanline" output channel. Every line passes through {@link redact} with the secrets known so far. */
export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Spanline', { log: true });
  private readonly secrets = new Set<string>();

  /** From now on `secret` appears in no line. */
  hide(secret: string): void {
    // Anything shorter would blank out ordinary words.
    if (secret.length >= 4) {
      this.secrets.add(secret);
    }
  }

  info(message: string): void {
    this.channel.info(this.clean(message));
  }

  warn(message: string): void {
    this.channel.warn(this.clean(message));
  }

  /** Logs an unexpected error with its stack. */
  error(context: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.channel.error(this.clean(`${context}: ${text}`));
  }

  /** `text` without secrets, for anything that leaves the extension. */
  clean(text: string): string {
    return redact(text, this.secrets);
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}
