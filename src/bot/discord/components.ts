// Choices as Discord's components: up to five buttons, a select menu beyond, and a form to type into where no menu is long enough.

import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { Say } from '../catalogue/index.js';
import { shorten } from '../format.js';
import type { Choice } from '../reply.js';
import type { Action, Actions, Owner } from './actions.js';

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

const BUTTONS_A_ROW = 5;
const OPTIONS_A_SELECT = 25;
/** Of the five rows one stays free for what else a message carries. */
const MOST_SELECTS = 4;

interface Making {
  readonly actions: Actions;
  readonly owner: Owner;
  readonly say: Say;
}

export type ButtonLook = 'plain' | 'good' | 'bad';

const STYLES: Readonly<Record<ButtonLook, APIButtonComponentWithCustomId['style']>> = {
  plain: ButtonStyle.Secondary,
  good: ButtonStyle.Success,
  bad: ButtonStyle.Danger,
};

export interface Button extends Action {
  readonly label: string;
  readonly look?: ButtonLook;
  /** Opens the form of the command instead of running it. */
  readonly form?: boolean;
}

export function buttonRow({ actions, owner }: Pick<Making, 'actions' | 'owner'>, buttons: readonly Button[]): Row {
  return {
    type: ComponentType.ActionRow,
    components: buttons.map(({ label, look = 'plain', form = false, command, options }) => ({
      type: ComponentType.Button,
      style: STYLES[look],
      label: visible(label, 80),
      custom_id: actions.encode(form ? 'form' : 'do', { command, options }, owner),
    })),
  };
}

/**
 * At most five choices are buttons. Of more, the labels are buttons or select menus of 25 (what is beyond those is typed into a
 * form), and what is no label, such as skipping, gets buttons below.
 */
export function choiceRows(making: Making, choices: readonly Choice[]): Row[] {
  if (choices.length === 0) return [];
  if (choices.length <= BUTTONS_A_ROW) return [buttonRow(making, choices)];
  const labels = choices.filter(({ options }) => options.label !== undefined);
  const others: Button[] = choices.filter((choice) => !labels.includes(choice));
  if (labels.length <= BUTTONS_A_ROW) return [buttonRow(making, labels), buttonRow(making, others)];
  const isTyped = labels.length > MOST_SELECTS * OPTIONS_A_SELECT;
  const pages: Choice[][] = [];
  for (
    let i = 0;
    i < labels.length && pages.length < (isTyped ? MOST_SELECTS - 1 : MOST_SELECTS);
    i += OPTIONS_A_SELECT
  )
    pages.push(labels.slice(i, i + OPTIONS_A_SELECT));
  const below = isTyped ? [typed(making, labels[0]!), ...others] : others;
  const rows = pages.map((page, i) => selectRow(making, page, i));
  return below.length === 0 ? rows : [...rows, buttonRow(making, below)];
}

function selectRow({ actions, owner, say }: Making, page: readonly Choice[], index: number): Row {
  const [first, last] = [page[0]!.label, page.at(-1)!.label];
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: `pick:${index}`,
        placeholder: visible(say('discord.choose', { first: shorten(first, 40), last: shorten(last, 40) }), 150),
        options: page.map((choice) => ({
          label: visible(choice.label, 100),
          value: actions.encode('do', choice, owner),
        })),
      },
    ],
  };
}

/** Too many for menus: the label is typed. The choices of one question differ in their label alone. */
function typed({ say }: Making, { command, options: { label: _, ...options } }: Choice): Button {
  return { label: say('discord.typeLabel'), command, options, form: true };
}

/** Discord refuses empty labels and cuts long ones with an error. */
export const visible = (text: string, most: number): string => {
  const shown = text.replace(/\s+/g, ' ').trim();
  let cut = shorten(shown === '' ? '–' : shown, most);
  for (let i = most; cut.length > most; i--) cut = shorten(shown, i);
  return cut;
};
