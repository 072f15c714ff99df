import type { Location, LocationCandidate, ResolvedFrame, ResolvedStack } from '../protocol/resolve';

/** A resolved stack as `spanline resolve --json` prints it: these keys are promised, whatever else the program knows of a frame. */
export function jsonFromStack({ exceptions, problems }: ResolvedStack): unknown {
  return {
    exceptions: exceptions.map(({ type, message, relation, parent, frames }) => ({
      type,
      message,
      relation,
      parent,
      frames: frames.map(jsonFromFrame),
    })),
    problems: [...new Set(problems.map(({ code }) => code))],
  };
}

/** A line as `--json` prints it in every command. Keys without a value are left out by `JSON.stringify`. */
export function jsonFromLocation({ path, folder, lineBase1, columnBase1, grade, reason }: Location): unknown {
  return { path, folder, lineBase1, columnBase1, grade, reason };
}

function jsonFromFrame(frame: ResolvedFrame): unknown {
  const { raw, file, lineBase1, columnBase1, inApp, location, candidates, via, elided } = frame;
  return {
    raw,
    function: frame.function,
    file,
    lineBase1,
    columnBase1,
    inApp,
    location: location && jsonFromLocation(location),
    candidates: candidates?.map(jsonFromCandidate),
    via,
    elided,
  };
}

function jsonFromCandidate({ path, folder, lineBase1, evidence }: LocationCandidate): unknown {
  return { path, folder, lineBase1, evidence };
}
