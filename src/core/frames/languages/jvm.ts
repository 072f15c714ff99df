import { readJavaStack } from './javaStack';
import { parseCutJvmFrame, parseJvmFrame } from './jvmFrame';
import type { StackLanguage } from '../language';

/** Stacks of Java, Kotlin, Scala, Groovy and Clojure as `printStackTrace` and Logback print them. */
export const jvm: StackLanguage = {
  id: 'jvm',
  firsts: 'a',
  detect(line) {
    return line.includes('(') && line.includes('at ') && parseJvmFrame(line, 0) !== undefined;
  },
  parse(input) {
    return readJavaStack(input, {
      language: 'jvm',
      parseFrame: parseJvmFrame,
      parseCutFrame: parseCutJvmFrame,
    });
  },
};
