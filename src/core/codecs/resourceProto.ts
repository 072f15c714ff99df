import type { ResourceBuilder, ScopeBuilder } from '../model/resourceBuilder';
import type { StringInterner } from '../model/stringInterner';
import type { AnyValueReader } from './anyValueProto';
import type { ProtoReader } from './protoReader';

/** What the decoders of spans and of log records share. */
export interface TableParts {
  readonly strings: StringInterner;
  readonly resources: ResourceBuilder;
  readonly scopes: ScopeBuilder;
}

/** Numbers of a scope's name and version. */
export interface ScopeName {
  name: number;
  version: number;
}

/** Reads the string field at the position: the number of its text. */
export function readString(reader: ProtoReader, strings: StringInterner, limit: number): number {
  const to = reader.end(limit);
  const number = strings.internBytes(reader.bytes, reader.at, to);
  reader.at = to;
  return number;
}

/** Reads a `Resource` up to `end` into the open resource. */
export function readResource(
  reader: ProtoReader,
  values: AnyValueReader,
  resources: ResourceBuilder,
  end: number,
): void {
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag === 0x0a) {
      values.keyValue(reader.end(end));
      resources.attributes.push(values.key, values.type, values.value);
    } else {
      reader.skip(tag, end);
    }
  }
  reader.close(end);
}

/** Reads an `InstrumentationScope` up to `end`: attributes into the open scope, the rest into `into`. */
export function readScope(
  reader: ProtoReader,
  values: AnyValueReader,
  parts: TableParts,
  into: ScopeName,
  end: number,
): void {
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag === 0x0a) {
      into.name = readString(reader, parts.strings, end);
    } else if (tag === 0x12) {
      into.version = readString(reader, parts.strings, end);
    } else if (tag === 0x1a) {
      values.keyValue(reader.end(end));
      parts.scopes.attributes.push(values.key, values.type, values.value);
    } else {
      reader.skip(tag, end);
    }
  }
  reader.close(end);
}

/**
 * Reads an export request: resources, in them scopes, in them the items that `readItem` reads. Items name their resource and scope
 * by the number that comes next, because either may stand behind its items.
 */
export function readRequest(
  reader: ProtoReader,
  values: AnyValueReader,
  parts: TableParts,
  readItem: (end: number) => void,
): void {
  const end = reader.bytes.length;
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag !== 0x0a) {
      reader.skip(tag, end);
      continue;
    }
    const resourceEnd = reader.end(end);
    while (reader.at < resourceEnd) {
      const resourceTag = reader.varint();
      // Field 1000 is the name that scopes had before OTLP 0.15.
      if (resourceTag === 0x12 || resourceTag === 8002) {
        readScopeItems(reader, values, parts, readItem, reader.end(resourceEnd));
      } else if (resourceTag === 0x0a) {
        readResource(reader, values, parts.resources, reader.end(resourceEnd));
      } else {
        reader.skip(resourceTag, resourceEnd);
      }
    }
    reader.close(resourceEnd);
    parts.resources.close();
  }
}

function readScopeItems(
  reader: ProtoReader,
  values: AnyValueReader,
  parts: TableParts,
  readItem: (end: number) => void,
  end: number,
): void {
  const scope: ScopeName = { name: 0, version: 0 };
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag === 0x12) {
      readItem(reader.end(end));
    } else if (tag === 0x0a) {
      readScope(reader, values, parts, scope, reader.end(end));
    } else {
      reader.skip(tag, end);
    }
  }
  reader.close(end);
  parts.scopes.close(scope.name, scope.version);
}
