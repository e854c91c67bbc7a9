// People press buttons, pick from selects and send forms: only what is there, enabled, and theirs to see.

import { ButtonStyle, ComponentType, InteractionType } from 'discord.js';
import { type InteractionRecord, startInteraction } from '../interactions.js';
import type { StoredMessage } from '../messages.js';
import { SELECTS } from '../rules/components.js';
import { asJson } from '../rules/form.js';
import type { Channel, Form, Interaction, Json, Message, User } from '../types.js';
import type { World } from '../world.js';
import { type FormValue, fillForm } from './form-values.js';
import { NotOffered, requirePlace } from './offered.js';
import { componentsOf, pick } from './selects.js';

export interface ComponentPeople {
  click(user: User, message: Message, labelOrCustomId: string): Interaction;
  /** Values by label or value. */
  select(user: User, message: Message, customIdOrPlaceholder: string, values: readonly string[]): Interaction;
  /** A press with any custom id, as a program sends it that pretends to be the app. */
  forgePress(user: User, message: Message, customId: string): Interaction;
  /** A form that nobody was shown, likewise: values of text fields by their custom ids. */
  forgeForm(user: User, channel: Channel, customId: string, values: Readonly<Record<string, string>>): Interaction;
  /** Fields that are left out keep what the form shows. */
  submit(user: User, form: Form, values: Readonly<Record<string, FormValue>>): Interaction;
}

export function createComponentPeople(world: World): ComponentPeople {
  const sent = new Map<Form, InteractionRecord>();

  /** A form closes when the bot acknowledged it; one that failed stays open and can be sent again. */
  const requireOpen = (form: Form): void => {
    const before = sent.get(form);
    if (before !== undefined && !before.failed) throw new NotOffered(`«${form.title}» was sent already.`);
  };

  const press = (
    user: User,
    message: Message,
    component: Json,
    name: string,
    values?: readonly string[],
  ): Interaction => {
    if (component.disabled === true) throw new NotOffered(`${name} is disabled.`);
    return startInteraction(world, {
      type: InteractionType.MessageComponent,
      user,
      channel: message.channel,
      name,
      source: seenBy(world, user, message),
      data: {
        custom_id: component.custom_id,
        component_type: component.type,
        id: component.id,
        ...(values === undefined ? {} : { values }),
      },
    }).handle;
  };

  return {
    click: (user, message, wanted) => {
      seenBy(world, user, message);
      const buttons = componentsOf(message).filter(({ type }) => type === ComponentType.Button);
      const button = buttons.find(({ label, custom_id: id, emoji }) =>
        [label, id, asJson(emoji).name].includes(wanted),
      );
      if (button === undefined)
        throw new NotOffered(
          `There is no button ${wanted}; there is ${buttons.map(({ label }) => String(label)).join(', ') || 'none'}.`,
        );
      if (button.style === ButtonStyle.Link) throw new NotOffered(`${wanted} is a link: ${String(button.url)}`);
      return press(user, message, button, `[${String(button.label ?? wanted)}]`);
    },

    select: (user, message, wanted, labels) => {
      seenBy(world, user, message);
      const selects = componentsOf(message).filter(({ type }) => SELECTS.includes(Number(type)));
      const select = selects.find(({ custom_id: id, placeholder }) => id === wanted || placeholder === wanted);
      if (select === undefined) throw new NotOffered(`There is no select ${wanted}.`);
      return press(user, message, select, `[${wanted}]`, pick(select, labels));
    },

    forgePress: (user, message, customId) => {
      const component = { type: ComponentType.Button, custom_id: customId, id: 1 };
      return press(user, message, component, `[${customId}]`);
    },

    forgeForm: (user, channel, customId, values) =>
      startInteraction(world, {
        type: InteractionType.ModalSubmit,
        user,
        channel,
        name: `«${customId}»`,
        data: {
          custom_id: customId,
          components: Object.entries(values).map(([name, value], i) => ({
            type: ComponentType.Label,
            id: 2 * i + 1,
            component: { type: ComponentType.TextInput, id: 2 * i + 2, custom_id: name, value },
          })),
        },
      }).handle,

    submit: (user, form, values) => {
      if (form.user.id !== user.id) throw new NotOffered(`The form is ${form.user.username}'s.`);
      const opener = [...world.interactions.values()].find((record) => record.form === form);
      if (opener === undefined) throw new NotOffered('Nobody was shown this form.');
      requirePlace(opener.channel, user);
      requireOpen(form);
      const { components, resolved } = fillForm(world, opener.channel, form, values);
      const record = startInteraction(world, {
        type: InteractionType.ModalSubmit,
        user,
        channel: opener.channel,
        name: `«${form.title}»`,
        source: opener.source?.deleted === true ? null : opener.source,
        data: { custom_id: form.customId, components, ...(Object.keys(resolved).length === 0 ? {} : { resolved }) },
      });
      sent.set(form, record);
      return record.handle;
    },
  };
}

function seenBy(world: World, user: User, message: Message): StoredMessage {
  requirePlace(message.channel, user);
  const stored = world.messages.get(message.id);
  if (stored === undefined || stored.deleted) throw new NotOffered('The message is deleted.');
  if (stored.addressee !== null && stored.addressee.id !== user.id)
    throw new NotOffered(`Only ${stored.addressee.username} sees this message.`);
  return stored;
}
