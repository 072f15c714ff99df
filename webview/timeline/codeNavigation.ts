import { Latest } from '../../src/base/latest';
import type { RpcClient } from '../../src/protocol/rpc';
import type { FrameReference, TimelineContract } from '../../src/protocol/timeline';
import { quietly } from '../shared/quietly';

/** The way from spans to their lines: opened when asked for, and following the selection. */
export class CodeNavigation {
  private readonly client: RpcClient<TimelineContract>;
  private readonly following = new Latest();

  constructor(client: RpcClient<TimelineContract>) {
    this.client = client;
  }

  /** Opens the line of a frame; a row below 0 is that of no span. */
  open(reference: FrameReference, preserveFocus: boolean): void {
    if (reference.row >= 0) {
      quietly(this.client.call('openFrame', { ...reference, preserveFocus }));
    }
  }

  /** Shows the line of the span that was selected last; `onlyBeside`: where an editor is beside already. */
  follow(row: number, onlyBeside: boolean): void {
    quietly(
      this.following.run((signal) =>
        this.client.call('openFrame', { row, preserveFocus: true, follows: true, onlyBeside }, signal),
      ),
    );
  }
}
