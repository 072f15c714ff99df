import * as vscode from 'vscode';

import { Emitter } from '../../base/emitter';
import { Setting } from '../../contributions';
import type { OpenConnection } from '../../protocol/analysis';
import type { ConnectionConfig } from '../../protocol/backend';
import type { Log } from '../log';
import { onDidChangeSettings, readSetting, writeUserSetting } from '../settings';
import { connectionFromUnknown, stringRecordFromUnknown } from './connectionConfig';

/** Connections of the user's settings, and their secrets, which live in VS Code's SecretStorage alone. */
export class ConnectionStore implements vscode.Disposable {
  private readonly secrets: vscode.SecretStorage;
  private readonly log: Log;
  private readonly changes = new Emitter<undefined>();
  private readonly subscriptions: vscode.Disposable;

  readonly onDidChange = this.changes.event;

  constructor(secrets: vscode.SecretStorage, log: Log) {
    this.secrets = secrets;
    this.log = log;
    const changed = (): void => {
      this.changes.fire(undefined);
    };
    this.subscriptions = vscode.Disposable.from(
      onDidChangeSettings([Setting.connections], changed),
      secrets.onDidChange((event) => {
        if (event.key.startsWith(keyPrefix)) {
          changed();
        }
      }),
    );
  }

  /** Connections in the order of the setting; entries that are none are skipped and logged. */
  list(): readonly ConnectionConfig[] {
    const entries: unknown = readSetting(Setting.connections);
    if (!Array.isArray(entries)) {
      return [];
    }
    const seen = new Set<string>();
    return entries.flatMap((entry: unknown) => {
      const connection = connectionFromUnknown(entry);
      if (!connection || seen.has(connection.id)) {
        this.log.warn(
          `${Setting.connections}: skipped an entry without a kind, an address or an id of its own`,
        );
        return [];
      }
      seen.add(connection.id);
      return [connection];
    });
  }

  get(id: string): ConnectionConfig | undefined {
    return this.list().find((connection) => connection.id === id);
  }

  /** All connections with their secret headers, for the analysis worker alone. */
  async open(): Promise<readonly OpenConnection[]> {
    return Promise.all(
      this.list().map(async (connection) => ({
        ...connection,
        // Without its secrets a connection answers 401 and says so; all the others go on working.
        secretHeaders: await this.secretHeaders(connection.id).catch((error: unknown) => {
          this.log.error(Setting.connections, error);
          return {};
        }),
      })),
    );
  }

  /** Adds a connection, or replaces the one with its id. Absent `secretHeaders` keep what is stored. */
  async save(connection: ConnectionConfig, secretHeaders?: Readonly<Record<string, string>>): Promise<void> {
    if (secretHeaders) {
      await this.saveSecrets(connection.id, secretHeaders);
    }
    const all = this.list();
    const known = all.some(({ id }) => id === connection.id);
    await writeUserSetting(
      Setting.connections,
      known ? all.map((old) => (old.id === connection.id ? connection : old)) : [...all, connection],
    );
  }

  /** Removes a connection and its secrets. */
  async remove(id: string): Promise<void> {
    await this.secrets.delete(keyPrefix + id);
    await writeUserSetting(
      Setting.connections,
      this.list().filter((connection) => connection.id !== id),
    );
  }

  /** Headers with credentials of one connection; empty where it has none. */
  async secretHeaders(id: string): Promise<Readonly<Record<string, string>>> {
    const text = await this.secrets.get(keyPrefix + id);
    const headers = stringRecordFromUnknown(text === undefined ? undefined : parseJson(text)) ?? {};
    for (const value of Object.values(headers)) {
      this.hide(value);
    }
    return headers;
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.changes.dispose();
  }

  private async saveSecrets(id: string, headers: Readonly<Record<string, string>>): Promise<void> {
    if (Object.keys(headers).length === 0) {
      await this.secrets.delete(keyPrefix + id);
      return;
    }
    await this.secrets.store(keyPrefix + id, JSON.stringify(headers));
  }

  private hide(headerValue: string): void {
    this.log.hide(headerValue);
    // Without its scheme the credential is as secret as with it.
    this.log.hide(headerValue.replace(/^(?:basic|bearer) /i, ''));
  }
}

const keyPrefix = 'connection/';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A damaged secret is as good as none: the connection answers 401 and offers to enter it again.
    return undefined;
  }
}
