/** Skips the running test and puts the reason into its title, which the closing report prints. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const test = context.runnable();
  test.title = `${test.title} (skipped: ${reason})`;
  context.skip();
}
