import os from 'node:os';
import path from 'node:path';
import { Engine } from '../engine/engine';
import { defaultBounds } from '../engine/openEngineStore';
import { storeFileName } from '../protocol/storeSchema';
import { LocalStore } from '../engine/store/localStore';
import type { ReceiverStatus } from '../protocol/engine';
import { cliText, receiverProblemText } from '../words';
import { readCommandLine } from './commandLine';
import type { CommandStreams } from './resolve';

/** Port of OTLP/HTTP. */
const defaultPort = 4318;

/** `spanline receive`: stores what is sent until SIGINT or SIGTERM. Exit codes: 0 stopped, 2 bad use or nothing to listen on. */
export async function receiveCommand(argv: readonly string[], io: CommandStreams): Promise<number> {
  const parsed = readArguments(argv);
  if (typeof parsed === 'string') {
    io.stderr.write(`${parsed}\n`);
    return 2;
  }
  const { port, file, isNamed } = parsed;
  const engine = new Engine({
    store: new LocalStore({ file, isNamed, nowMs: Date.now }, defaultBounds),
    textOf: receiverProblemText,
  });
  const status = await engine.start({ port, allowedHosts: [], ...defaultBounds });
  if (status.state !== 'listening') {
    io.stderr.write(`${problemText(status, file)}\n`);
    await engine.close();
    return 2;
  }
  let warned: string | undefined;
  const warn = (text: string | undefined): void => {
    if (text !== undefined && text !== warned) {
      io.stderr.write(`${text}\n`);
    }
    warned = text;
  };
  engine.onDidChangeStore.event(({ writeError }) => {
    warn(writeError === undefined ? undefined : cliText.notWritable(writeError));
  });
  engine.onDidChangeReceiver.event((changed) => {
    if (changed.state === 'listening' && changed.grpcSeen === true) {
      io.stderr.write(`${receiverProblemText({ code: 'grpcOnHttpPort' })}\n`);
    }
  });
  const { movedAside, writeError } = engine.storeStatus();
  if (movedAside !== undefined) {
    io.stderr.write(`${cliText.movedAside(movedAside)}\n`);
  }
  warn(writeError === undefined ? undefined : cliText.notWritable(writeError));
  io.stdout.write(`${cliText.listening(`http://127.0.0.1:${status.port}`)}\n${cliText.storingIn(file)}\n`);
  await signalled();
  await engine.close();
  return 0;
}

interface ReceiveArguments {
  readonly port: number;
  readonly file: string;
  /** The file is the user's choice, not the one in the home folder. */
  readonly isNamed: boolean;
}

function readArguments(argv: readonly string[]): ReceiveArguments | string {
  const given = readCommandLine(argv, { command: 'receive', options: { port: 'value', db: 'value' } });
  if (typeof given === 'string') {
    return given;
  }
  const text = given.value('port');
  const port = text === undefined ? defaultPort : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535 || text?.trim() === '') {
    return cliText.badPort(text ?? '');
  }
  const db = given.value('db');
  return {
    port,
    isNamed: db !== undefined,
    file: path.resolve(db ?? path.join(os.homedir(), '.spanline', storeFileName)),
  };
}

function problemText(status: ReceiverStatus, file: string): string {
  switch (status.state) {
    case 'portTaken':
      return cliText.portTaken(status.port, status.holder);
    case 'elsewhere':
      return cliText.storeHeld(file, status);
    case 'failed':
      return status.problem ? receiverProblemText(status.problem) : cliText.receiverFailed(status.message);
    default:
      return cliText.receiverFailed(status.state);
  }
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}
