// Outside src/host an `import 'vscode'` resolves to this empty file: nothing can be taken from it.
export {};
