import * as vscode from 'vscode';

/** The user asked for the step before. */
export const back = Symbol('back');

/** Title line of a question that is one of several. */
export interface StepTitle {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

/** A question answered by typing. */
export interface InputStep extends StepTitle {
  readonly prompt: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** The sentence that says why a text is refused. */
  validate?(text: string): string | undefined;
}

/** Asks for a text: the text, {@link back}, or `undefined` where the question was closed. */
export function askText(step: InputStep): Promise<string | typeof back | undefined> {
  const box = vscode.window.createInputBox();
  applyTitle(box, step);
  box.prompt = step.prompt;
  box.value = step.value;
  box.placeholder = step.placeholder;
  box.password = step.password ?? false;
  box.ignoreFocusOut = true;
  return answerOf(box, (settle) => [
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    }),
    box.onDidAccept(() => {
      const text = box.value.trim();
      box.validationMessage = step.validate?.(text);
      if (!box.validationMessage) {
        settle(text);
      }
    }),
  ]);
}

/** One answer of several. */
export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
  /** What holds now: the list opens on it. */
  readonly isCurrent?: boolean;
}

/** Asks to pick one of `choices`, which may still be computed: until then the list shows that it is busy. */
export function askChoice<T>(
  step: StepTitle & { readonly placeholder?: string },
  choices: readonly Choice<T>[] | ((signal: AbortSignal) => Promise<readonly Choice<T>[]>),
): Promise<T | typeof back | undefined> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  applyTitle(pick, step);
  pick.placeholder = step.placeholder;
  pick.ignoreFocusOut = true;
  const closed = new AbortController();
  if (typeof choices === 'function') {
    pick.busy = true;
    void choices(closed.signal).then((items) => {
      pick.busy = false;
      pick.items = items;
    });
  } else {
    pick.items = choices;
    openOn(pick, ({ isCurrent }) => isCurrent === true);
  }
  return answerOf(pick, (settle) => [
    new vscode.Disposable(() => {
      closed.abort();
    }),
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item) {
        settle(item.value);
      }
    }),
  ]);
}

/** Lets a list open on the first item that fits. Told of none, VS Code would open it on none, so that Enter does nothing. */
export function openOn<T extends vscode.QuickPickItem>(
  pick: vscode.QuickPick<T>,
  fits: (item: T) => boolean,
): void {
  const item = pick.items.find(fits);
  if (item) {
    pick.activeItems = [item];
  }
}

function applyTitle(input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox, step: StepTitle): void {
  input.title = step.title;
  if (step.totalSteps > 1) {
    input.step = step.step;
    input.totalSteps = step.totalSteps;
  }
  if (step.step > 1) {
    input.buttons = [vscode.QuickInputButtons.Back];
  }
}

function answerOf<T>(
  input: vscode.QuickPick<Choice<T>> | vscode.InputBox,
  listen: (settle: (answer: T) => void) => readonly vscode.Disposable[],
): Promise<T | typeof back | undefined> {
  return new Promise((resolve) => {
    const settle = (answer: T | typeof back | undefined): void => {
      resolve(answer);
      vscode.Disposable.from(...subscriptions).dispose();
      input.dispose();
    };
    const subscriptions = [
      ...listen(settle),
      input.onDidTriggerButton(() => {
        settle(back);
      }),
      input.onDidHide(() => {
        settle(undefined);
      }),
    ];
    input.show();
  });
}
