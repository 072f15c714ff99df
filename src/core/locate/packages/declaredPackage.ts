import type { Frame } from '../../frames/frame';
import type { Enclosure } from '../functions/writtenName';

/** Longest beginning of a file in which its package is declared, in UTF-16 units. */
const MAX_HEAD = 20_000;

/** Whether a file declares the package, namespace or module that a frame names. */
export function declaredPackage(text: string, path: string, frame: Frame): Enclosure {
  const head = text.slice(0, MAX_HEAD);
  switch (path.slice(path.lastIndexOf('.') + 1)) {
    case 'java':
    case 'kt':
    case 'groovy':
      return jvmPackage(head, frame, /^\s*package\s+([\w.`]{1,500})/m);
    case 'scala':
      return scalaPackage(head, frame);
    case 'cs':
      return named(
        frame.className,
        [...head.matchAll(/^\s*namespace\s+([\w.]{1,500})/gm)].map((match) => match[1]!),
        '.',
      );
    case 'php':
      return phpNamespace(head, path, frame);
    case 'pm':
    case 'pl':
      return sameOrUnknown(
        frame.className,
        [...head.matchAll(/^package\s+([\w:]{1,500})/gm)].map((match) => match[1]!),
      );
    case 'ex':
    case 'exs':
      return sameOrUnknown(
        frame.className,
        [...head.matchAll(/^defmodule\s+([\w.]{1,500})/gm)].map((match) => match[1]!),
      );
    case 'go':
      return goPackage(head, frame);
    default:
      return 'unknown';
  }
}

function jvmPackage(head: string, { className, module }: Frame, pattern: RegExp): Enclosure {
  if (className === undefined) {
    return 'unknown';
  }
  const declared = pattern.exec(head)?.[1]?.replaceAll('`', '');
  return declared === module ? (declared === undefined ? 'unknown' : 'same') : 'other';
}

/** Clauses one below the other nest: `package com.acme`, `package shop`. */
function scalaPackage(head: string, { className, module }: Frame): Enclosure {
  const clauses = [...head.matchAll(/^package\s+(?!object\b)([\w.]{1,500})/gm)].map((match) => match[1]!);
  if (className === undefined || clauses.length === 0) {
    return 'unknown';
  }
  const declared = clauses.join('.');
  return declared === module ? 'same' : module?.startsWith(`${declared}.`) === true ? 'unknown' : 'other';
}

function named(className: string | undefined, namespaces: readonly string[], separator: string): Enclosure {
  if (className === undefined || namespaces.length === 0) {
    return 'unknown';
  }
  // Namespaces may nest, so that only the outermost are sure to begin the name.
  const fits = namespaces.some((namespace) => className.startsWith(namespace + separator));
  return fits ? 'same' : namespaces.length === 1 ? 'other' : 'unknown';
}

function phpNamespace(head: string, path: string, { className }: Frame): Enclosure {
  const name = className?.replaceAll('.', '\\');
  if (name === undefined || name.includes('@anonymous')) {
    return 'unknown';
  }
  const declared = /^\s*(?:<\?php\s+)?namespace\s+([\w\\]{1,500})/m.exec(head)?.[1];
  const owner = name.slice(0, Math.max(name.lastIndexOf('\\'), 0));
  // The OpenTelemetry SDK prints functions like methods: their class is the namespace.
  if (declared !== undefined && (declared === owner || declared === name)) {
    return 'same';
  }
  // A method of a trait runs under the name of the class that uses it, which stands in another file.
  const isOwnFile = path.endsWith(`/${name.slice(owner.length).replace('\\', '')}.php`);
  return isOwnFile && (declared !== undefined || owner !== '') ? 'other' : 'unknown';
}

/** A directory may be called otherwise than its package, but a program is always `main`. */
function goPackage(head: string, { module }: Frame): Enclosure {
  const declared = /^package\s+(\w{1,200})/m.exec(head)?.[1];
  if (module === undefined || declared === undefined) {
    return 'unknown';
  }
  return (module === 'main') === (declared === 'main') ? 'unknown' : 'other';
}

function sameOrUnknown(className: string | undefined, declared: readonly string[]): Enclosure {
  return className !== undefined && declared.includes(className) ? 'same' : 'unknown';
}
