/** A type, function or closure of a source text. Scopes nest, and stand in order of their starts. */
export interface CodeScope {
  readonly kind: 'type' | 'function' | 'closure';
  /** As declared; empty for closures and for types without a name. */
  readonly name: string;
  /** The type of a member that is declared outside of it, such as `func (o *Order) Total`. */
  readonly owner?: string;
  /** Least and greatest number of arguments, in languages that tell functions apart by it. */
  readonly arity?: readonly [least: number, most: number];
  /** Offset of the declaration's first character. */
  readonly start: number;
  /** Offset behind the last character of the body. */
  readonly end: number;
}

/** A function that code of a line belongs to. */
export interface LineFunction {
  readonly name: string;
  /** Name of the type around it; `undefined` where there is none, empty where it has no name. */
  readonly type: string | undefined;
  readonly arity?: readonly [least: number, most: number] | undefined;
  /** Whether a closure inside the function holds the line or part of it. */
  readonly closure: 'all' | 'part' | 'none';
}

/** What a line of a text is part of. */
export interface LineOwners {
  readonly functions: readonly LineFunction[];
  /** Part of the line stands outside of all functions: in a type's body, or in no type. */
  readonly isBody: boolean;
  /** A closure outside of all functions holds the line or part of it. */
  readonly isBodyClosure: boolean;
  /** Names of the types that the line is in and that hold part of it themselves, outermost first. */
  readonly types: readonly string[];
}

/** What the characters `from` to `to` (not included) of a line belong to; linear in the number of scopes. */
export function ownersOfLine(scopes: readonly CodeScope[], from: number, to: number): LineOwners {
  const around = scopes.filter((scope) => scope.start < to && scope.end > from);
  const isWhole = (scope: CodeScope): boolean => scope.start <= from && scope.end >= to;
  const named = around.filter(({ kind }) => kind === 'function');
  const closures = around.filter(({ kind }) => kind === 'closure');
  const types = around.filter(({ kind }) => kind === 'type');
  const innermostWhole = named.findLast(isWhole);
  const functions = named
    // The line is none of a function's own where a function inside it holds all of the line.
    .filter((scope) => innermostWhole === undefined || scope.start >= innermostWhole.start)
    .map((scope) => {
      const own = closures.filter((closure) => closure.start >= scope.start && closure.end <= scope.end);
      return {
        name: scope.name,
        type:
          scope.owner ?? types.findLast((type) => type.start <= scope.start && type.end >= scope.end)?.name,
        arity: scope.arity,
        closure: own.some(isWhole)
          ? ('all' as const)
          : own.length > 0
            ? ('part' as const)
            : ('none' as const),
      };
    });
  const isBody = innermostWhole === undefined;
  return {
    functions,
    isBody,
    isBodyClosure: isBody && closures.length > 0,
    types: types
      .slice(types.findLastIndex(isWhole) === -1 ? 0 : types.findLastIndex(isWhole))
      .map(({ name }) => name),
  };
}
