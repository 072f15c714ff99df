const { commands } = require('vscode');

exports.activate = async () => {
  await commands.executeCommand('spanline.startReceiver');
  await commands.executeCommand('spanline.failures.focus');
};
