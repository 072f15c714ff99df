import { timelineKeys, timelineWords } from '../../src/words';
import { element } from '../shared/element';
import { iconButton } from '../shared/toolkit';

/** All keys in a dialog; a second call closes it. */
export function toggleKeysDialog(parent: HTMLElement): void {
  const open = parent.querySelector('dialog');
  if (open) {
    open.close();
    return;
  }
  const mac = navigator.userAgent.includes('Mac');
  const table = element('table', {});
  for (const [keys, does] of timelineKeys(mac)) {
    table.append(
      element('tr', {}, element('td', {}, element('kbd', { text: keys })), element('td', { text: does })),
    );
  }
  const dialog = element(
    'dialog',
    { class: 'keys-dialog', attributes: { 'aria-label': timelineWords.keysTitle() } },
    element(
      'div',
      { class: 'keys-title' },
      element('h2', { text: timelineWords.keysTitle() }),
      iconButton({
        icon: 'close',
        label: timelineWords.close(),
        onClick: () => {
          dialog.close();
        },
      }),
    ),
    table,
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  parent.append(dialog);
  dialog.showModal();
}
