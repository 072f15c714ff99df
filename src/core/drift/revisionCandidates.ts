import type { Attribute } from '../model/attributes';

/** What a resource says that may name the revision it runs, by attribute, as sent. */
export type RevisionAttributes = Readonly<Record<string, string>>;

/** Something that may name the commit a service ran. */
export type RevisionCandidate =
  /** A person said it: anything that git resolves. */
  | { readonly kind: 'said'; readonly text: string }
  | {
      readonly kind: 'commit';
      /** In hexadecimal, from 4 digits on. */
      readonly text: string;
      /** It stands where commits stand: not to find it is worth a word. Else it may only look like one. */
      readonly isStated: boolean;
      /** Built from a work tree with changes of its own. */
      readonly isDirty: boolean;
    }
  | {
      readonly kind: 'tag';
      /** The version or release. */
      readonly text: string;
      /** It was sent as a tag. Else it is a version: builds go on after its tag while it stays. */
      readonly isStated: boolean;
      /** Names of tags for it, those that name the service before those that any release may have. */
      readonly tags: readonly (readonly string[])[];
    };

/** Whose revision is asked for. */
export interface RevisionFacts {
  readonly service: string;
  readonly version: string | undefined;
  readonly attributes: RevisionAttributes;
}

/** Attributes made for a commit, most reliable first. */
const COMMIT_KEYS = [
  ...['vcs.ref.head.revision', 'vcs.repository.ref.revision', 'git.commit.sha', '_dd.git.commit.sha'],
  ...['DD_GIT_COMMIT_SHA', 'NEW_RELIC_METADATA_COMMIT', 'org.opencontainers.image.revision'],
];
/** Attributes that often hold one, or a release. */
const RELEASE_KEYS = [
  ...['deployment.revision', 'deployment.version', 'deployment.name', 'deployment.id'],
  ...['container.image.tags', 'container.image.tag', 'org.opencontainers.image.version'],
];
const REF_KEYS = [
  ...['vcs.ref.head.name', 'vcs.ref.head.type'],
  ...['vcs.repository.ref.name', 'vcs.repository.ref.type'],
];
const REPOSITORY_KEYS = [
  ...['vcs.repository.url.full', 'git.repository_url', '_dd.git.repository_url'],
  ...['NEW_RELIC_METADATA_REPOSITORY_URL', 'org.opencontainers.image.source'],
];
const KEYS = new Set([...COMMIT_KEYS, ...RELEASE_KEYS, ...REF_KEYS, ...REPOSITORY_KEYS]);

/** Longest value that is read, in UTF-16 units, and most tags of one image. */
const MAX_CHARS = 300;
const MAX_IMAGE_TAGS = 20;
/** Most commits, and most tags, that are looked for. */
const MAX_OF_KIND = 6;

/** The attributes that matter here, of a resource and then of its span; `undefined` where there is none of them. */
export function revisionAttributes(
  resource: readonly Attribute[],
  span: readonly Attribute[] = [],
): RevisionAttributes | undefined {
  let found: Record<string, string> | undefined;
  // The last of equal names counts, and what a resource says before what a span does.
  for (const { key, text } of [...span, ...resource]) {
    if (KEYS.has(key) && text !== '' && text.length <= MAX_CHARS) {
      found ??= {};
      found[key] = text;
    }
  }
  return found;
}

/** Where the service's code comes from, as the resource says it. */
export function repositoryOf(attributes: RevisionAttributes): string | undefined {
  return REPOSITORY_KEYS.map((key) => attributes[key]).find((url) => url !== undefined);
}

/** What may name the revision, most reliable first: commits as such, commits within versions, tags of versions. */
export function revisionCandidates({ service, version, attributes }: RevisionFacts): RevisionCandidate[] {
  const stated = COMMIT_KEYS.flatMap((key) => statedCommit(attributes[key]));
  const releases = [
    ...(version === undefined || version.length > MAX_CHARS ? [] : [version]),
    ...RELEASE_KEYS.flatMap((key) => valuesOf(attributes[key])),
  ];
  const commits = releases.flatMap((release) => commitWithin(release));
  const tags = [
    ...taggedRef(attributes).flatMap((release) => tagOf(release, service, true)),
    ...releases.flatMap((release) => tagOf(release, service, false)),
  ];
  // Each costs a question to git, and a hostile trace may name many.
  return [...unique([...stated, ...commits]).slice(0, MAX_OF_KIND), ...unique(tags).slice(0, MAX_OF_KIND)];
}

function statedCommit(value: string | undefined): RevisionCandidate[] {
  if (value === undefined) {
    return [];
  }
  const { bare, isDirty } = withoutDirt(value.trim());
  return isHexadecimal(bare, 7)
    ? [{ kind: 'commit', text: bare.toLowerCase(), isStated: true, isDirty }]
    : [];
}

/** `4f2c1d0`, `v1.2.3-12-g4f2c1d0` of git describe, `sha-4f2c1d0`, `1.2.3+4f2c1d0`, `v0.0.0-20260801120000-4f2c1d0aabbc`. */
function commitWithin(release: string): RevisionCandidate[] {
  const { bare, isDirty } = withoutDirt(release.trim());
  const described = /-\d{1,9}-g([0-9a-f]{4,64})$/i.exec(bare);
  if (described) {
    return [{ kind: 'commit', text: described[1]!.toLowerCase(), isStated: true, isDirty }];
  }
  if (isHexadecimal(bare, 40)) {
    return [{ kind: 'commit', text: bare.toLowerCase(), isStated: true, isDirty }];
  }
  return bare
    .split(/[-+._/:@ ]/)
    .map((part) => (/^g[0-9a-f]{7,}$/i.test(part) ? part.slice(1) : part))
    .filter((part) => isHexadecimal(part, 7) && /\d/.test(part) && /[a-f]/i.test(part))
    .map((part) => ({ kind: 'commit', text: part.toLowerCase(), isStated: false, isDirty }));
}

function withoutDirt(text: string): { readonly bare: string; readonly isDirty: boolean } {
  const bare = text.replace(/[-+.](?:dirty|modified)$/i, '');
  return { bare, isDirty: bare !== text };
}

function isHexadecimal(text: string, fewest: number): boolean {
  return text.length >= fewest && (text.length <= 40 || text.length === 64) && /^[0-9a-f]+$/i.test(text);
}

/** A branch goes on after a deployment; a tag stays. */
function taggedRef(attributes: RevisionAttributes): string[] {
  return ['vcs.ref.head', 'vcs.repository.ref'].flatMap((key) => {
    const name = attributes[`${key}.name`];
    return name !== undefined && attributes[`${key}.type`] === 'tag' ? [name] : [];
  });
}

function tagOf(release: string, service: string, isStated: boolean): RevisionCandidate[] {
  const text = release.trim().replace(/^refs\/tags\//, '');
  if (!isTagName(text) || !/\d/.test(text)) {
    return [];
  }
  const number = /^v?(\d{1,9}(?:\.\d{1,9}){1,3}(?:[-+][\w.+-]{1,80})?)$/i.exec(text)?.[1];
  if (number === undefined) {
    return [{ kind: 'tag', text, isStated, tags: [[text]] }];
  }
  const names = [
    ...new Set([service, service.replace(/^@/, ''), service.slice(service.lastIndexOf('/') + 1)]),
  ];
  const own = names.flatMap((name) =>
    ['@', '@v', '-', '-v', '/v', '/', '_v', '_'].map((between) => `${name}${between}${number}`),
  );
  const any = [`v${number}`, number, `release-${number}`, `release/${number}`, `release-v${number}`];
  return [{ kind: 'tag', text, isStated, tags: [service === '' ? [] : own.filter(isTagName), any] }];
}

/** What git allows in the name of a tag, and no more than names of releases need. */
function isTagName(text: string): boolean {
  return (
    text.length <= 200 &&
    /^[\w@][\w@.+/-]*$/.test(text) &&
    !/\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)|[./]$/.test(text)
  );
}

/** Several values stand in one attribute as a JSON array. */
function valuesOf(value: string | undefined): string[] {
  if (value === undefined) {
    return [];
  }
  if (!value.startsWith('[')) {
    return [value];
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed)
      ? parsed.filter((item): item is string => typeof item === 'string').slice(0, MAX_IMAGE_TAGS)
      : [];
  } catch {
    // Not an array after all, and no tag begins with a bracket.
    return [];
  }
}

function unique(candidates: readonly RevisionCandidate[]): RevisionCandidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ kind, text }) => {
    const key = `${kind} ${text}`;
    return !seen.has(key) && seen.add(key);
  });
}
