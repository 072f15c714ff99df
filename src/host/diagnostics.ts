import * as vscode from 'vscode';

import { Setting } from '../contributions';
import type { ConnectionStore } from './connections/connectionStore';
import type { FailuresModel } from './failures/failuresModel';
import type { Log } from './log';
import type { Receiver } from './receiver/receiver';
import { errorCodeIn } from './redact';
import { readSetting } from './settings';

/** What a bug report needs, as JSON without names of hosts, files, services or anything from a trace; also redacted as the log is. */
export function diagnosticsText(parts: {
  readonly extension: vscode.Extension<unknown>;
  readonly receiver: Receiver;
  readonly connections: ConnectionStore;
  readonly model: FailuresModel;
  readonly log: Log;
}): string {
  const { receiver, connections, model } = parts;
  const { store } = receiver;
  const manifest = parts.extension.packageJSON as { readonly version: string };
  const diagnostics = {
    spanline: manifest.version,
    vscode: vscode.version,
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    remote: vscode.env.remoteName ?? 'none',
    trusted: vscode.workspace.isTrusted,
    folders: vscode.workspace.workspaceFolders?.length ?? 0,
    receiver: receiver.status.state,
    port: readSetting(Setting.receiverPort),
    store: store && {
      traces: store.traces,
      spans: store.spans,
      logRecords: store.logRecords,
      sizeBytes: store.sizeBytes,
      movedAside: store.movedAside !== undefined,
      // The system's words may hold a path; its code does not.
      writeError: store.writeError === undefined ? undefined : errorCodeIn(store.writeError),
    },
    connections: connections.list().map(({ id, kind, url }) => {
      const answer = model.answers.find(({ connectionId }) => connectionId === id);
      return {
        kind,
        scheme: URL.parse(url)?.protocol,
        answer: answer?.error
          ? { kind: answer.error.kind, status: answer.error.status }
          : answer?.completeness && {
              complete: answer.completeness.complete,
              limit: answer.completeness.limit,
            },
      };
    }),
    failures: model.view && {
      groups: model.view.groups.length,
      traces: model.view.traces,
      complete: model.view.complete,
    },
  };
  return parts.log.clean(`${JSON.stringify(diagnostics, undefined, 2)}\n`);
}
