import type { FailingFrame } from '../../contributions';
import type { ResolvedException } from '../../protocol/resolve';
import { frameOfRow, groupOfRow, type Row } from './rows';

/** The frame that a row leads to, with the service and the failure it belongs to; `undefined` where it leads to none. */
export function failingFrameOfRow(row: Row): FailingFrame | undefined {
  const frame = frameOfRow(row);
  if (!frame) {
    return undefined;
  }
  const group = groupOfRow(row);
  const service = row.kind === 'group' || row.kind === 'message' ? group?.service : serviceOfRow(row);
  const exception = exceptionOfRow(row);
  const failure = exception ?? group;
  return {
    frame,
    ...(service === undefined ? {} : { service }),
    // Only the version of the originating span is known.
    ...(group?.serviceVersion !== undefined && group.service === service
      ? { serviceVersion: group.serviceVersion }
      : {}),
    ...(failure?.type === undefined ? {} : { type: failure.type }),
    ...(failure?.message === undefined ? {} : { message: failure.message }),
  };
}

function serviceOfRow(row: Row): string | undefined {
  switch (row.kind) {
    case 'span':
      return row.span.service;
    case 'exception':
    case 'frame':
    case 'library':
      return serviceOfRow(row.parent);
    default:
      return undefined;
  }
}

function exceptionOfRow(row: Row): ResolvedException | undefined {
  switch (row.kind) {
    case 'span':
      return row.span.exceptions[0];
    case 'stack':
      return row.resolved.exceptions[0];
    case 'exception':
      return row.exception;
    case 'frame':
    case 'library':
      return exceptionOfRow(row.parent);
    default:
      return undefined;
  }
}
