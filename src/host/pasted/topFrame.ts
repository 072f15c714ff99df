import type { ResolvedFrame, ResolvedStack } from '../../protocol/resolve';

/** The frame that a stack's own row leads to: the project's newest with a line, of the exception that was raised before those that led to it. */
export function topFrameOf({ exceptions }: ResolvedStack): ResolvedFrame | undefined {
  const raised = exceptions.filter(({ relation }) => relation === 'root');
  const others = exceptions.filter(({ relation }) => relation !== 'root');
  const own = [...raised, ...others].flatMap(({ frames }) => frames.filter(({ inApp }) => inApp));
  return own.find(({ location }) => location) ?? own[0];
}
