import type { Location, LocationCandidate, ResolvedFrame, ResolvedStack } from '../protocol/resolve';

/** A resolved stack as `spanline resolve --json` prints it: these keys are promised, whatever else the program knows of a frame. */
export function jsonFromStack(
  { exceptions, problems }: ResolvedStack,
  { explain }: { readonly explain: boolean },
): unknown {
  return {
    exceptions: exceptions.map(({ language, type, message, relation, parent, frames }) => ({
      language,
      type,
      message,
      relation,
      parent,
      frames: frames.map((frame) => jsonFromFrame(frame, explain)),
    })),
    problems: [...new Set(problems.map(({ code }) => code))],
  };
}

/** A line as `--json` prints it in every command. Keys without a value are left out by `JSON.stringify`. */
export function jsonFromLocation({ path, folder, lineBase1, columnBase1, grade, reason }: Location): unknown {
  return { path, folder, lineBase1, columnBase1, grade, reason };
}

function jsonFromFrame(frame: ResolvedFrame, explain: boolean): unknown {
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
    ...(explain && { explanation: jsonFromExplanation(frame) }),
  };
}

function jsonFromExplanation({ location, reason, deployed }: ResolvedFrame): unknown {
  return {
    reason,
    evidence: location?.evidence,
    deployed: deployed && {
      revision: deployed.revision,
      path: deployed.path,
      folder: deployed.folder,
      lineBase1: deployed.lineBase1,
    },
  };
}

function jsonFromCandidate({ path, folder, lineBase1, evidence }: LocationCandidate): unknown {
  return { path, folder, lineBase1, evidence };
}
