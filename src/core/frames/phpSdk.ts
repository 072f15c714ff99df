import { readJavaStack } from './javaStack';
import type { StackLanguage } from './language';
import { parsePhpSdkFrame } from './phpFrame';

/** Stacks that OpenTelemetry's SDK for PHP writes in the shape of Java's. */
export const phpSdk: StackLanguage = {
  id: 'php',
  firsts: 'a',
  detect(line) {
    return line.includes('.php') && parsePhpSdkFrame(line, 0)?.file !== undefined;
  },
  parse(input) {
    return readJavaStack(input, {
      language: 'php',
      parseFrame: parsePhpSdkFrame,
      parseCutFrame: () => undefined,
    });
  },
};
