import { readJavaStack } from './javaStack';
import type { StackLanguage } from '../language';
import { parsePhpSdkFrame } from './phpFrame';

/** Stacks that OpenTelemetry's SDK for PHP writes in the shape of Java's. */
export const phpSdk: StackLanguage = {
  id: 'php',
  firsts: 'a',
  detect(line, _next, hint) {
    if (line.includes('.php')) {
      return parsePhpSdkFrame(line, 0)?.file !== undefined;
    }
    // A function of the interpreter, which Java prints alike.
    return (
      hint.language === 'php' && line.includes('(Unknown Source)') && parsePhpSdkFrame(line, 0) !== undefined
    );
  },
  parse(input) {
    return readJavaStack(input, {
      language: 'php',
      parseFrame: parsePhpSdkFrame,
      parseCutFrame: () => undefined,
    });
  },
};
