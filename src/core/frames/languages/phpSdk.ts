import { readJavaStack, type JavaDialect } from './javaStack';
import type { Draft, Frame } from '../frame';
import type { StackLanguage } from '../language';
import { parsePhpSdkFrame } from './phpFrame';

/** Stacks that OpenTelemetry's SDK for PHP writes in the shape of Java's. */
export const phpSdk: StackLanguage<Draft<Frame>> = {
  id: 'php',
  firsts: 'a',
  words: ['.php', '(Unknown Source)'],
  detect(line, _next, hint) {
    // A function of the interpreter has no file, and Java prints it alike.
    const frame = parsePhpSdkFrame(line, 0);
    return frame && (frame.file !== undefined || hint.language === 'php') ? frame : false;
  },
  parse(input, first) {
    return readJavaStack(input, first, SDK);
  },
};

const SDK: JavaDialect = {
  language: 'php',
  parseFrame: parsePhpSdkFrame,
  parseCutFrame: () => undefined,
};
