/** How sure a line is; design decision 10. Unknown lines have no location. */
export type Grade = 'exact' | 'moved' | 'likely';

/** Why a location has its grade. */
export type LocationReason =
  /** exact: the source line that the stack printed stands there. */
  | 'sourceTextEqual'
  /** exact: the text inside the source map equals the file. */
  | 'sourcesContentEqual'
  /** exact: the frame's function encloses the line. */
  | 'functionEncloses'
  /** exact: the revision that ran is known, and the line is untouched since. */
  | 'revisionUnchanged'
  /** moved: the line of the revision that ran, followed to where it stands now. */
  | 'revisionMoved'
  /** moved: the printed source line stands elsewhere in the file, once. */
  | 'sourceTextMoved'
  /** likely: another line than the printed one stands there. */
  | 'sourceTextDiffers'
  /** likely: the text inside the source map differs from the file. */
  | 'sourcesContentDiffers'
  /** likely: the line is in another function than the frame's. */
  | 'functionDiffers'
  /** likely: nothing on the frame can be compared with the file. */
  | 'notVerified'
  /** likely: the line of the revision that ran, with other white space. */
  | 'revisionReformatted'
  /** likely: the revision that ran and the frame, or the file as it is now, disagree. */
  | 'revisionDisagrees'
  /** likely: the version has a tag, which the build that ran may have left behind. */
  | 'revisionByTag'
  /** likely: the revision that ran had changes that no commit has. */
  | 'revisionDirty'
  /** likely: only the file's name agrees. */
  | 'nameOnly'
  /** likely: only other stacks of the service lead to this folder, and files elsewhere fit as well. */
  | 'agreedElsewhere'
  /** likely: the code is of an installed copy of the package, which may be another version. */
  | 'installedCopy'
  /** likely: the code was made by `eval`; this is the call. */
  | 'evalCall'
  /** likely: generated code for which no source map was found. */
  | 'noSourceMap'
  /** likely: the frame has no column, and its generated line stands for several lines of which one is in the frame's function. */
  | 'columnMissing'
  /** likely: compiled code without source map; this is where the frame's function begins. */
  | 'functionOnly'
  /** likely: the text of the stack is cut at this frame, or may be. */
  | 'frameCut'
  /** exact: the only place in the service's folder or package that the span's attributes name in full. */
  | 'spanCodeProven'
  /** likely: the only place that fits the span, without proof that it ran. */
  | 'spanCodeFits';

/** Why a frame has no location. */
export type UnknownReason =
  /** Several files fit; they are among the candidates. */
  | 'ambiguous'
  /** No file of the workspace has that name. */
  | 'notInWorkspace'
  /** The line was changed or deleted since the revision that ran; `deployed` says where it was. */
  | 'lineGone'
  /** The file was deleted since the revision that ran; `deployed` says where it was. */
  | 'fileGone'
  /** Only the file's name agrees, and it has neither the frame's function nor its source line: the file is the candidate. */
  | 'otherProgram'
  /** The file has fewer lines than the frame says. */
  | 'lineOutOfRange'
  /** The source map is broken or another build's; `problems` says how. */
  | 'mapUnusable'
  /** The generated file has no such position: another build than the one that ran. */
  | 'otherBuild'
  /** The source map says that this code has no source. */
  | 'noSource'
  /** Compiled code without source map; the file that it was compiled from is among the candidates. */
  | 'noSourceMap'
  /** Code of a package, the runtime or a tool. */
  | 'notOwnCode'
  /** Several places fit what the span tells; they are among the candidates. */
  | 'spanCodeAmbiguous'
  /** Nothing tells the code of the span; the code of the span above it is among the candidates. */
  | 'spanCodeCaller'
  /** The frame names no file; files of its class are among the candidates. */
  | 'noFile'
  /** The frame names no line of its file, which is the candidate. */
  | 'noLine';

/** What speaks for a candidate. */
export type Evidence =
  /** A mapping that a person set up. */
  | 'mapping'
  /** The only file whose path ends like the frame's. */
  | 'uniquePath'
  /** Most frames of the service agree on this root. */
  | 'agreedRoot'
  /** Same base name. */
  | 'sameName'
  /** Same base name and folders as the others. */
  | 'samePath'
  | 'sourceMap'
  | 'sourcesContent'
  | 'debugId'
  | 'function'
  | 'sourceText'
  /** The output folder of a TypeScript configuration. */
  | 'outDir'
  /** The package, module or namespace that the frame names has this folder. */
  | 'package'
  /** The revision that ran has the line. */
  | 'revision'
  /** The span names the function. */
  | 'symbol'
  /** Method and route of the request. */
  | 'route'
  /** The service and method of the remote procedure. */
  | 'rpc'
  /** A call that starts spans has the span's name. */
  | 'spanName'
  /** The name of the span stands in a call. */
  | 'spanNameLiteral'
  /** The database statement. */
  | 'statement'
  /** The operation on the database's collection. */
  | 'collection'
  /** The entity that is kept in the table. */
  | 'entity'
  /** The queue, topic or task. */
  | 'destination'
  /** The function of a cloud's configuration. */
  | 'entryPoint'
  /** The file stands in a folder of the service's name. */
  | 'serviceFolder'
  /** The file is of the package that bears the service's name. */
  | 'servicePackage'
  /** The code of the span above calls no other place that fits. */
  | 'onlyCalled'
  /** The code of the span above. */
  | 'calledFrom';

/** How a location was reached, in order of application. */
export type Via = 'path' | 'mapping' | 'sourceMap' | 'sourcesContent' | 'drift' | 'symbol';
