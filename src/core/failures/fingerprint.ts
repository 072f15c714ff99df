import { Lru } from '../../base/lru';
import type { Frame, ParsedException } from '../frames/frame';
import { shortType } from './exceptionType';
import { normaliseMessage } from './normaliseMessage';
import { stableHash } from './stableHash';

/** Frames that tell defects apart; callers further out only multiply rows. */
const MAX_FRAMES = 8;
/** Columns beyond this are found only in bundles without line breaks. */
const MINIFIED_COLUMN = 300;
/** What Rust's compiler puts after a function's name, anew in every build. */
const BUILD_HASH = /::h[0-9a-f]{16}$/;

/** What two failures must share to be one defect. */
export interface FingerprintInput {
  readonly service: string;
  readonly spanName: string;
  readonly type: string | undefined;
  readonly message: string;
  /** The exception's own frames, newest call first; not those of its causes. */
  readonly frames: readonly Frame[];
}

/**
 * Hash of service, last part of the exception type, normalised message and in-app frames as file and function. Lines and columns are left
 * out: they move with every edit, and a moved defect is the same defect. So are the names in minified bundles, which every build makes
 * anew; where no frame is left, the span's name tells defects apart.
 */
export function fingerprintOf(input: FingerprintInput): string {
  const frames = frameKeys(input.frames);
  const place = frames.length > 0 ? frames : [normaliseMessage(input.spanName)];
  return stableHash(
    [input.service, shortType(input.type ?? ''), normaliseMessage(input.message), ...place].join('\u0000'),
  );
}

/** The frame that stands for an exception: the newest call of the project's own code. */
export function inAppFrame(exception: ParsedException): Frame | undefined {
  return exception.frames.find((frame) => frame.inApp);
}

function frameKeys(frames: readonly Frame[]): readonly string[] {
  const minified = new Set<string>();
  for (const { file, lineBase1, columnBase1 } of frames) {
    if (file !== undefined && lineBase1 !== undefined && columnBase1 !== undefined) {
      if (columnBase1 > MINIFIED_COLUMN) {
        minified.add(file);
      }
    }
  }
  const keys: string[] = [];
  for (const frame of frames) {
    if (frame.inApp && frame.file !== undefined && !minified.has(frame.file)) {
      const key = `${fileKey(frame.file)} ${(frame.function ?? '').replace(BUILD_HASH, '')}`;
      // Recursion is as deep as the data.
      if (keys.at(-1) !== key) {
        keys.push(key);
      }
    }
    // What follows is complete in one recording of the same error and left out or awaited in another.
    if (keys.length === MAX_FRAMES || frame.elided !== undefined) {
      break;
    }
  }
  return keys;
}

/** A program has few files that throw, and all its stacks name them. */
const keysOfFiles = new Lru<string, string>(1000);
/** Longest path whose key is remembered, in UTF-16 units. */
const MAX_REMEMBERED_CHARS = 256;

/** The last two segments of a path: what stands before differs from machine to machine. */
function fileKey(file: string): string {
  let key = keysOfFiles.get(file);
  if (key === undefined) {
    const segments = file.split(/[\\/]/);
    key = normaliseMessage(segments.slice(-2).join('/'));
    if (file.length <= MAX_REMEMBERED_CHARS) {
      keysOfFiles.set(file, key);
    }
  }
  return key;
}
