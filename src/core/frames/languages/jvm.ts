import type { Draft, Frame } from '../frame';
import { readJavaStack, type JavaDialect } from './javaStack';
import { parseCutJvmFrame, parseJvmFrame } from './jvmFrame';
import type { StackLanguage } from '../language';

/** Stacks of Java, Kotlin, Scala, Groovy and Clojure as `printStackTrace` and Logback print them. */
export const jvm: StackLanguage<Draft<Frame>> = {
  id: 'jvm',
  firsts: 'a',
  words: ['('],
  detect(line) {
    return parseJvmFrame(line, 0) ?? false;
  },
  parse(input, first) {
    return readJavaStack(input, first, JAVA);
  },
};

const JAVA: JavaDialect = {
  language: 'jvm',
  parseFrame: parseJvmFrame,
  parseCutFrame: parseCutJvmFrame,
};
