// Forms: the fields that a command asks for when a slash command or a button did not give them. One declaration a command; the
// fields are its own options.

import {
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
  type APITextInputComponent,
  ComponentType,
  TextInputStyle,
} from 'discord.js';
import { MAX_LABEL_LENGTH, MAX_TEXT_LENGTH } from '../../engine/index.js';
import type { PlainKey, Say } from '../catalogue/index.js';
import { visible } from './components.js';

export interface Form {
  /** The command that takes what was filled in; its own name where it is left out. */
  readonly submits?: string;
  readonly title: PlainKey;
  /** Options of the command. */
  readonly fields: readonly string[];
  /** Whether labels are chosen from a menu where it is long enough. */
  readonly menu?: boolean;
}

const FORMS: Readonly<Record<string, Form>> = {
  teach: { submits: 'teach-lines', title: 'form.teach', fields: ['text', 'label'], menu: true },
  'task create': { title: 'form.task', fields: ['name', 'labels', 'instruction'] },
  wrong: { title: 'form.label', fields: ['label'] },
  review: { title: 'form.label', fields: ['label'] },
};

/** What "Teach this message" opens: the text of one message is one example. */
export const MESSAGE_FORM: Form = { submits: 'teach', title: 'form.teach', fields: ['text', 'label'], menu: true };

export const formOf = (command: string): Form | undefined => FORMS[command];

interface Field {
  readonly label: PlainKey;
  readonly hint: PlainKey | null;
  readonly lines: boolean;
  readonly required: boolean;
  readonly most: number;
}

const FIELDS: Readonly<Record<string, Field>> = {
  'teach-lines text': {
    label: 'form.texts',
    hint: 'form.textsHint',
    lines: true,
    required: true,
    most: MAX_TEXT_LENGTH,
  },
  'teach-lines label': {
    label: 'form.label',
    hint: 'form.labelHint',
    lines: false,
    required: false,
    most: MAX_LABEL_LENGTH,
  },
  'teach text': { label: 'form.text', hint: 'form.textHint', lines: true, required: true, most: MAX_TEXT_LENGTH },
  'teach label': { label: 'form.label', hint: null, lines: false, required: true, most: MAX_LABEL_LENGTH },
  'task create name': {
    label: 'form.name',
    hint: 'form.nameHint',
    lines: false,
    required: true,
    most: MAX_LABEL_LENGTH,
  },
  'task create labels': {
    label: 'form.labels',
    hint: 'form.labelsHint',
    lines: true,
    required: true,
    most: MAX_TEXT_LENGTH,
  },
  'task create instruction': {
    label: 'form.instruction',
    hint: 'form.instructionHint',
    lines: false,
    required: false,
    most: 1000,
  },
  'wrong label': { label: 'form.label', hint: null, lines: false, required: true, most: MAX_LABEL_LENGTH },
  'review label': { label: 'form.label', hint: null, lines: false, required: true, most: MAX_LABEL_LENGTH },
};

/** Discord's menus hold this many. */
export const MOST_OPTIONS = 25;

export interface FormContent {
  readonly command: string;
  readonly title: string;
  readonly fields: readonly string[];
  readonly customId: string;
  /** What the fields hold when the form opens. */
  readonly filled: Readonly<Record<string, string>>;
  /** Labels to choose from; more than a menu holds are typed. */
  readonly labels?: readonly FormLabel[];
}

export interface FormLabel {
  /** What the menu shows. */
  readonly label: string;
  /** The label itself. */
  readonly name: string;
  readonly value: string;
}

/** A modal with a text input or a menu for every field. */
export function formModal(say: Say, form: FormContent): APIModalInteractionResponseCallbackData {
  const { command, title, fields, customId, filled, labels = [] } = form;
  return {
    custom_id: customId,
    title: visible(title, 45),
    components: fields.map((name) => {
      const field = FIELDS[`${command} ${name}`]!;
      const chosen = labels.find((entry) => entry.name.toLowerCase() === filled.label?.trim().toLowerCase());
      const menu = name === 'label' && labels.length > 0 && labels.length <= MOST_OPTIONS;
      return {
        type: ComponentType.Label,
        label: visible(say(field.label), 45),
        ...(field.hint === null ? {} : { description: visible(say(field.hint), 100) }),
        component: menu
          ? {
              type: ComponentType.StringSelect as const,
              custom_id: name,
              required: field.required,
              options: labels.map(
                (entry): APISelectMenuOption => ({
                  label: visible(entry.label, 100),
                  value: entry.value,
                  ...(entry === chosen ? { default: true } : {}),
                }),
              ),
            }
          : textInput(name, field, filled[name]),
      };
    }),
  };
}

function textInput(name: string, field: Field, filled: string | undefined): APITextInputComponent {
  const value = filled === undefined ? undefined : startOf(filled, field.most);
  return {
    type: ComponentType.TextInput,
    custom_id: name,
    style: field.lines ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: field.required,
    max_length: field.most,
    ...(value === undefined || value === '' ? {} : { value }),
  };
}

/** Never half a character. */
const startOf = (text: string, most: number): string => text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
