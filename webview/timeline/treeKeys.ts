import type { TimelineSession } from './session';

/** What keys of the tree need besides the session. */
export interface TreeKeyTarget {
  readonly pageRows: number;
  goTo(node: number): void;
  goToCode(preserveFocus: boolean): void;
}

/** Keys as VS Code's trees have them; all others are keybindings of VS Code. */
export function handleTreeKey(event: KeyboardEvent, session: TimelineSession, target: TreeKeyTarget): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
    return;
  }
  const { visible, selected } = session;
  const index = visible.indexOfShown(selected);
  const move = (to: number): void => {
    if (visible.count > 0) {
      target.goTo(visible.at(Math.min(Math.max(to, 0), visible.count - 1)));
    }
  };
  switch (event.key) {
    case 'ArrowDown':
      move(index + 1);
      break;
    case 'ArrowUp':
      move(index - 1);
      break;
    case 'PageDown':
      move(index + target.pageRows);
      break;
    case 'PageUp':
      move(index - target.pageRows);
      break;
    case 'Home':
      move(0);
      break;
    case 'End':
      move(visible.count - 1);
      break;
    case 'ArrowLeft':
      if (visible.hasChildren(selected) && !visible.isCollapsed(selected)) {
        session.setCollapsed(selected, true);
      } else if (session.tree.parent[selected]! >= 0) {
        target.goTo(session.tree.parent[selected]!);
      }
      break;
    case 'ArrowRight':
      if (visible.isCollapsed(selected)) {
        session.setCollapsed(selected, false);
      } else if (visible.hasChildren(selected)) {
        move(index + 1);
      }
      break;
    case 'Enter':
      target.goToCode(false);
      break;
    case ' ':
      target.goToCode(true);
      break;
    default:
      return;
  }
  event.preventDefault();
}
