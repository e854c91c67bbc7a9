// Opening the form of a command with what is known already, and reading what was filled in.

import { type APIModalInteractionResponseCallbackData, ComponentType, type ModalSubmitInteraction } from 'discord.js';
import { findName } from '../../engine/index.js';
import { createSay } from '../catalogue/index.js';
import { createFormat, shorten } from '../format.js';
import type { Services, Speaker } from '../services.js';
import type { Task } from '../workspace/types.js';
import type { Action, Actions } from './actions.js';
import { type Form, type FormLabel, formModal, MOST_OPTIONS } from './forms.js';
import { spaceOf } from './spaces.js';

type Opened =
  | { readonly kind: 'form'; readonly modal: APIModalInteractionResponseCallbackData }
  | { readonly kind: 'refused'; readonly text: string };

interface Parts {
  readonly services: Pick<Services, 'workspace'>;
  readonly actions: Actions;
}

/** A form for a command; refused where it needs a task and the space has none, or not the one that was named. */
export async function openForm(
  { services, actions }: Parts,
  speaker: Speaker,
  action: Action,
  form: Form,
): Promise<Opened> {
  const say = createSay(speaker.language);
  const { fields, menu = false } = form;
  const command = form.submits ?? action.command;
  const tasks = menu ? await services.workspace.tasks(speaker.space) : [];
  if (menu && tasks.length === 0) return { kind: 'refused', text: say('task.none') };
  const offer = menu ? await labelOffer(action.options.task) : null;
  if (offer === 'unknown-task') {
    const known = say('task.known', { tasks: createFormat(say).list(tasks.slice(0, 10).map(({ name }) => name)) });
    const unknown = say('task.unknown', { name: shorten(action.options.task ?? '', 60) });
    return { kind: 'refused', text: createFormat(say).sentences(unknown, known) };
  }
  const filled = Object.fromEntries(fields.map((name) => [name, action.options[name] ?? '']));
  const kept = Object.fromEntries(Object.entries(action.options).filter(([name]) => !fields.includes(name)));
  const task = offer?.task == null ? {} : { task: offer.task.name };
  const source = speaker.source === undefined ? {} : { source: speaker.source };
  const customId = actions.encode('form', { command, options: { ...kept, ...task, ...source } }, speaker);
  const title = offer?.task != null && tasks.length > 1 ? `${say(form.title)} · ${offer.task.name}` : say(form.title);
  return {
    kind: 'form',
    modal: formModal(say, { command, title, fields, customId, filled, labels: offer?.labels ?? [] }),
  };

  /**
   * The labels of the task that is meant, or of all tasks where they fit one menu; none where they have to be typed. The task is
   * settled now: the one used last may be another one by the time the form is sent.
   */
  async function labelOffer(
    name: string | undefined,
  ): Promise<{ readonly task: Task | null; readonly labels: readonly FormLabel[] } | 'unknown-task'> {
    const all = tasks.flatMap((task) => task.labels.map((label) => ({ task, label: label.name })));
    const several = name === undefined && tasks.length > 1 && all.length <= MOST_OPTIONS;
    const meant = several ? null : await taskMeant(name);
    if (meant === undefined) return 'unknown-task';
    const shown = meant === null ? all : all.filter(({ task }) => task.id === meant.id);
    if (shown.length > MOST_OPTIONS) return { task: meant, labels: [] };
    const labels = shown.map(({ task, label }) => ({
      label: several ? `${task.name}: ${label}` : label,
      name: label,
      value: actions.encode('pick', { command: 'label', options: { task: task.name, label } }, speaker),
    }));
    return { task: meant, labels };
  }

  async function taskMeant(name: string | undefined): Promise<Task | undefined> {
    if (name === undefined) return services.workspace.findTask(speaker.space);
    const found = findName(
      name,
      tasks.map((task) => task.name),
    );
    return tasks.find((task) => task.name === found);
  }
}

/** The filled fields; a label from a menu brings its task along. null: the menu is too old to be read. */
export async function submittedFields(
  { actions }: Pick<Parts, 'actions'>,
  interaction: ModalSubmitInteraction,
): Promise<Record<string, string> | null> {
  const fields: Record<string, string> = {};
  const space = spaceOf(interaction.guildId, interaction.user.id);
  for (const [name, field] of interaction.fields.fields) {
    if (field.type === ComponentType.TextInput && field.value.trim() !== '') fields[name] = field.value;
    if (field.type !== ComponentType.StringSelect || field.values[0] === undefined) continue;
    const decoded = await actions.decode(field.values[0], space);
    if (decoded === null || decoded === 'gone') return null;
    Object.assign(fields, decoded.action.options);
  }
  return fields;
}
