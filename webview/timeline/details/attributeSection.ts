import { formatCount } from '../../../src/base/format';
import type { Attribute } from '../../../src/core/model/attributes';
import { ValueType } from '../../../src/core/model/spanTable';
import { showAllCharactersText, showMoreRowsText, timelineWords } from '../../../src/words';
import { element } from '../../shared/element';
import { iconButton, setPressed, textField } from '../../shared/toolkit';
import { section, type Folding } from './section';
import { foldedText, formattedValue } from './valueText';

/** What attribute rows ask for. */
export interface AttributeListener {
  onCopy(text: string): void;
  onFind(key: string, value: string): void;
}

const firstRows = 12;

/** Attributes that tell of an error stand first, then all by key. */
export function sortedAttributes(attributes: readonly Attribute[]): readonly Attribute[] {
  const tellsOfError = ({ key }: Attribute): number =>
    key === 'error' ||
    key.startsWith('error.') ||
    key.startsWith('exception.') ||
    key.endsWith('status_code') ||
    key.startsWith('otel.status')
      ? 0
      : 1;
  return [...attributes].sort(
    (a, b) => tellsOfError(a) - tellsOfError(b) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
}

/** A section of keys and values that can be filtered, copied and searched for. */
export function attributeSection(
  options: { readonly id: string; readonly title: string; readonly attributes: readonly Attribute[] },
  folding: Folding,
  listener: AttributeListener,
): HTMLElement | undefined {
  if (options.attributes.length === 0) {
    return undefined;
  }
  const attributes = sortedAttributes(options.attributes);
  const list = element('div', { class: 'pairs' });
  const filterRow = element('div', { class: 'filter-row' });
  filterRow.hidden = true;
  let filter = '';
  let all = false;
  const fill = (): void => {
    const wanted = filter.toLowerCase();
    const matching = attributes.filter(
      ({ key, text }) => key.toLowerCase().includes(wanted) || text.toLowerCase().includes(wanted),
    );
    // One more row than a link takes its place for nothing.
    const shown = all || matching.length <= firstRows + 1 ? matching : matching.slice(0, firstRows);
    list.replaceChildren(...shown.map((attribute) => pair(attribute, listener)));
    if (shown.length < matching.length) {
      list.append(
        element('button', {
          class: 'link pairs-more',
          text: showMoreRowsText(matching.length - shown.length),
          onClick: () => {
            all = true;
            fill();
          },
        }),
      );
    }
    if (matching.length === 0 && filter !== '') {
      list.append(element('div', { class: 'dim', text: timelineWords.noAttribute() }));
    }
  };
  const field = textField({
    label: timelineWords.filterAttributes(),
    placeholder: timelineWords.filterPlaceholder(),
    class: 'filter-input',
    onInput: (value) => {
      filter = value;
      fill();
    },
    onKey: (event) => {
      if (event.key === 'Escape') {
        toggleFilter();
      }
    },
  });
  filterRow.append(field.element);
  const toggleFilter = (): void => {
    filterRow.hidden = !filterRow.hidden;
    setPressed(filterButton, !filterRow.hidden);
    if (filterRow.hidden) {
      filter = field.value = '';
      fill();
    } else {
      field.focus();
    }
  };
  const filterButton = iconButton({
    icon: 'filter',
    label: timelineWords.filterAttributes(),
    onClick: toggleFilter,
  });
  const copyButton = iconButton({
    icon: 'copy',
    label: timelineWords.copyAttributes(),
    onClick: () => {
      listener.onCopy(attributes.map(({ key, text }) => `${key}: ${text}`).join('\n'));
    },
  });
  fill();
  return section(
    {
      id: options.id,
      title: options.title,
      note: formatCount(attributes.length),
      actions: [filterButton, copyButton],
    },
    folding,
    filterRow,
    list,
  );
}

/** One key with its value; long values are folded, and actions appear on hover. */
function pair(attribute: Attribute, listener: AttributeListener): HTMLElement {
  const { key, type } = attribute;
  const formatted = formattedValue(key, attribute.text);
  const folded = foldedText(formatted.text);
  const value = element('div', {
    class: `value${formatted.code ? ' code' : ''}${type === ValueType.empty ? ' dim' : ''}`,
    text: folded ?? formatted.text,
  });
  const cell = element('div', { class: 'value-cell' }, value);
  if (folded !== undefined) {
    const more = element('button', {
      class: 'link',
      text: showAllCharactersText(formatted.text.length),
      onClick: () => {
        value.textContent = formatted.text;
        more.remove();
      },
    });
    cell.append(more);
  }
  const row = element(
    'div',
    { class: 'pair' },
    element('div', { class: 'key', text: key, title: key }),
    cell,
  );
  // Made when first needed: two controls of the toolkit a row would take longer than all text of the pane.
  row.addEventListener(
    'pointerenter',
    () => {
      row.append(pairActions(attribute, listener));
    },
    { once: true },
  );
  return row;
}

function pairActions({ key, text }: Attribute, listener: AttributeListener): HTMLElement {
  return element(
    'div',
    { class: 'pair-actions' },
    iconButton({
      icon: 'search',
      label: timelineWords.findValue(),
      onClick: () => {
        listener.onFind(key, text);
      },
    }),
    iconButton({
      icon: 'copy',
      label: timelineWords.copy(),
      onClick: () => {
        listener.onCopy(text);
      },
    }),
  );
}
