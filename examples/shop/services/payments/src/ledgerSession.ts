import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Booking {
  readonly orderId: string;
  readonly amountCents: number;
  readonly currency: string;
}

export type BookingReply =
  | { readonly status: 'booked'; readonly entryId: string }
  | { readonly status: 'review'; readonly caseId: string };

/** One logged-in connection to the bank's ledger. It answers one booking at a time. */
export class LedgerSession {
  readonly #socket: Socket;
  #answer: ((line: string) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.#answer?.(line));
    socket.on('error', (error) => this.#fail?.(error));
    socket.on('close', () => this.#fail?.(new Error('the ledger closed the session')));
  }

  static open(host: string, port: number): Promise<LedgerSession> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new LedgerSession(socket));
      });
    });
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  book(booking: Booking): Promise<BookingReply> {
    return new Promise<BookingReply>((resolve, reject) => {
      this.#answer = (line) => resolve(JSON.parse(line) as BookingReply);
      this.#fail = reject;
      this.#socket.write(`${JSON.stringify(booking)}\n`);
    });
  }

  close(): void {
    this.#socket.end();
  }
}
