import type { Family } from './dialect';

/** The function that a registration hands its work to. */
export interface HandlerName {
  readonly name: string;
  /** The class or module that it is written with: `views.show`, `OrdersController.show`. */
  readonly owner?: string;
  /** Line, from 1, where the declaration stands right behind, as with decorators. */
  readonly lineBase1?: number;
}

/** A route with the code that answers it. */
export interface RouteFact {
  readonly kind: 'route';
  /** Upper case; absent: any. */
  readonly method?: string;
  /** As written, behind the prefix of its class, group or router in the same file. */
  readonly path: string;
  /** Absent: the code stands in the registration itself. */
  readonly handler?: HandlerName;
  readonly lineBase1: number;
}

/** A literal that routes elsewhere may stand below: a mount, a group, a prefix. */
export interface PrefixFact {
  readonly kind: 'prefix';
  readonly path: string;
  /** What is mounted there: a variable, a module, or a path of either. */
  readonly target?: string;
  readonly lineBase1: number;
}

/** A call that starts a span, or a declaration that has one around it. */
export interface SpanNameFact {
  readonly kind: 'span';
  /** Literal parts in order; code stood between them. */
  readonly parts: readonly string[];
  /** The call is known to start spans; else it only looks like it. */
  readonly isSure: boolean;
  readonly handler?: HandlerName;
  readonly lineBase1: number;
}

/** A class or registration that implements a service of remote procedures. */
export interface RpcFact {
  readonly kind: 'rpc';
  readonly service: string;
  /** The class whose methods answer, or in Go and Node the value that was registered. */
  readonly owner: string;
  readonly lineBase1: number;
}

/** A statement in a literal. */
export interface StatementFact {
  readonly kind: 'statement';
  /** Normalised words. */
  readonly words: string;
  /** Name of the constant that holds it. */
  readonly constant?: string;
  readonly lineBase1: number;
}

/** A literal of a queue, topic, task or subject, and what is done with it. */
export interface DestinationFact {
  readonly kind: 'destination';
  readonly name: string;
  readonly role: 'consumer' | 'producer';
  readonly handler?: HandlerName;
  readonly lineBase1: number;
}

/** A symbol that a platform's configuration names as an entry: a function of a cloud, a task. */
export interface EntryFact {
  readonly kind: 'entry';
  readonly name: string;
  /** Path and function, as `src/orders.handler`. */
  readonly target: string;
  readonly lineBase1: number;
}

/** One thing that a file says about the code of spans. */
export type CodeFact =
  RouteFact | PrefixFact | SpanNameFact | RpcFact | StatementFact | DestinationFact | EntryFact;

/** What a file says about spans, and which words are in it. */
export interface FileFacts {
  readonly family: Family;
  readonly facts: readonly CodeFact[];
  readonly words: WordFilter;
}

/** Tells which words a text does not have; answers `true` for some that it has not. */
export class WordFilter {
  private readonly bits: Uint8Array;

  constructor(words: ReadonlySet<string>) {
    this.bits = new Uint8Array(Math.max(8, words.size));
    for (const word of words) {
      const hash = hashOf(word);
      this.set(hash);
      this.set(spread(hash));
    }
  }

  /** `false` where the word is certainly not in the text. */
  mayHave(word: string): boolean {
    const hash = hashOf(word);
    return this.get(hash) && this.get(spread(hash));
  }

  private set(hash: number): void {
    const at = hash % (this.bits.length * 8);
    this.bits[at >>> 3]! |= 1 << (at & 7);
  }

  private get(hash: number): boolean {
    const at = hash % (this.bits.length * 8);
    return (this.bits[at >>> 3]! & (1 << (at & 7))) !== 0;
  }
}

/** FNV-1a. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) {
    hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0;
}
