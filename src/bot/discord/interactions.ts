// Everything people do with commands, buttons, menus and forms, handed to dispatch. No rule about tasks lives here.

import type {
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  Interaction,
  MessageContextMenuCommandInteraction,
  ModalSubmitInteraction,
} from 'discord.js';
import { createSay } from '../catalogue/index.js';
import { COMMANDS, type Command } from '../commands/index.js';
import type { Handful } from '../compose.js';
import type { Reply } from '../reply.js';
import type { Action, Actions } from './actions.js';
import type { AttachmentInfo } from './attachments.js';
import { completions } from './completions.js';
import { type Answerable, deliver, type Outgoing } from './deliver.js';
import { openForm, submittedFields } from './form-steps.js';
import { type Form, formOf, MESSAGE_FORM } from './forms.js';
import { createGrowing } from './growing.js';
import { escapeText } from './markdown.js';
import { type News, placeOfInteraction } from './news.js';
import { makePost, renderReply } from './render.js';
import { TEACH_MESSAGE } from './slash.js';
import { readSlash } from './slash-input.js';
import { spaceOf } from './spaces.js';
import { type DiscordSpeaker, interactionSpeaker, privately } from './speaker.js';

export interface InteractionParts {
  readonly handful: Handful;
  readonly actions: Actions;
  readonly news: News;
}

/** The message that a text was taken from travels with buttons and forms; it is no option of a command. */
function withSource({ command, options: { source, ...options } }: Action) {
  return { action: { command, options }, more: source === undefined ? {} : { source } };
}

const commandNamed = (name: string): Command | undefined => COMMANDS.find((command) => command.name === name);

export function createInteractionHandler({ handful, actions, news }: InteractionParts) {
  const { services, dispatch } = handful;
  const { log } = services;

  return async (interaction: Interaction): Promise<void> => {
    if (interaction.isAutocomplete()) await complete(interaction);
    else if (interaction.isChatInputCommand()) await slash(interaction);
    else if (interaction.isMessageContextMenuCommand()) await messageMenu(interaction);
    else if (interaction.isButton()) await act(interaction, interaction.customId);
    else if (interaction.isStringSelectMenu()) await act(interaction, interaction.values[0] ?? '');
    else if (interaction.isModalSubmit()) await submitted(interaction);
  };

  async function complete(interaction: AutocompleteInteraction): Promise<void> {
    const { name, options } = readSlash(interaction);
    const focused = interaction.options.getFocused(true);
    const command = commandNamed(name);
    const speaker = await interactionSpeaker(services, interaction);
    const asked = { option: focused.name, typed: focused.value, given: options };
    await interaction.respond(command === undefined ? [] : await completions(services, speaker, { command, ...asked }));
  }

  async function slash(interaction: ChatInputCommandInteraction): Promise<void> {
    const { name, options, attachments } = readSlash(interaction);
    const form = formOf(name);
    const command = commandNamed(name);
    if (command === undefined) return respondOld(interaction);
    const missing = form?.fields.some((field) => command.options[field]?.required === true && !options[field]?.trim());
    if (form !== undefined && missing === true) return showForm(interaction, { command: name, options });
    await run(interaction, { command: name, options }, { attachments });
  }

  async function messageMenu(interaction: MessageContextMenuCommandInteraction): Promise<void> {
    const { content, id } = interaction.targetMessage;
    const speaker = await interactionSpeaker(services, interaction, { source: id });
    if (content.trim() === '') return respondText(interaction, createSay(speaker.language)('discord.noText'));
    if (interaction.commandName === TEACH_MESSAGE) {
      return showForm(
        interaction,
        { command: 'teach', options: { text: content } },
        { source: id, form: MESSAGE_FORM },
      );
    }
    await run(interaction, { command: 'ask', options: { text: content } }, { source: id, isPrivate: true });
  }

  async function act(interaction: Exclude<Answerable, ModalSubmitInteraction>, customId: string): Promise<void> {
    const decoded = await actions.decode(customId, spaceOf(interaction.guildId, interaction.user.id));
    if (decoded === null || decoded === 'gone') return respondOld(interaction);
    const { action, more } = withSource(decoded.action);
    if (decoded.prefix === 'form') return showForm(interaction, action, more);
    await run(interaction, action, more);
  }

  async function submitted(interaction: ModalSubmitInteraction): Promise<void> {
    const decoded = await actions.decode(interaction.customId, spaceOf(interaction.guildId, interaction.user.id));
    if (decoded === null || decoded === 'gone') return respondOld(interaction);
    const { action, more } = withSource(decoded.action);
    const fields = await submittedFields({ actions }, interaction);
    if (fields === null) return respondOld(interaction);
    await run(interaction, { ...action, options: { ...action.options, ...fields } }, more);
  }

  async function showForm(
    interaction: Exclude<Answerable, ModalSubmitInteraction>,
    action: Action,
    { form = formOf(action.command), ...more }: { source?: string; form?: Form | undefined } = {},
  ): Promise<void> {
    if (form === undefined) return respondOld(interaction);
    const speaker = await interactionSpeaker(services, interaction, more);
    const opened = await openForm({ services, actions }, speaker, action, form);
    if (opened.kind === 'form') await interaction.showModal(opened.modal);
    else await respondText(interaction, opened.text);
  }

  /** Run a command and show its reply. */
  async function run(
    interaction: Answerable,
    action: Action,
    more: { attachments?: readonly AttachmentInfo[]; source?: string; isPrivate?: boolean } = {},
  ): Promise<void> {
    const command = commandNamed(action.command);
    if (command === undefined) return respondOld(interaction);
    // Handing the work over before it is awaited: the acknowledgement does not wait for it.
    const isPrivate = more.isPrivate === true || command.visibility === 'asker';
    const growing = createGrowing({ firstMs: 0 });
    const done = perform(interaction, action, { ...more, onPartial: growing.push });
    const work = done.then(({ reply, speaker }) => outgoing(reply, speaker, isPrivate));
    const delivered = deliver(interaction, work, { privately: isPrivate, log, growing });
    const noticed = Promise.all([done, delivered]).then(([{ reply, speaker }, message]) =>
      news.noticed({ reply, speaker, place: placeOfInteraction(interaction, message) }),
    );
    if (command.audience === 'moderators') news.expect(noticed);
    await noticed;
  }

  async function perform(
    interaction: Answerable,
    { command, options }: Action,
    {
      onPartial,
      ...more
    }: { attachments?: readonly AttachmentInfo[]; source?: string; onPartial: (text: string) => void },
  ): Promise<{ reply: Reply; speaker: DiscordSpeaker }> {
    const here = { ...(await interactionSpeaker(services, interaction, more)), onPartial };
    // The sample task of the help's button is for the presser alone, not for the server.
    const showsMe = command === 'demo' && interaction.isButton();
    const speaker = showsMe ? privately(here) : here;
    const reply = await dispatch.command(command, options, speaker);
    if (!showsMe || reply.kind === 'error' || interaction.guildId === null) return { reply, speaker };
    const note = createSay(speaker.language)('discord.demoPrivate');
    return { reply: { ...reply, text: `${reply.text}\n${note}` }, speaker };
  }

  function outgoing(reply: Reply, speaker: DiscordSpeaker, isPrivate: boolean): Outgoing {
    const say = createSay(speaker.language);
    const posts = renderReply(reply, { say, actions, owner: speaker, files: speaker.files.outbox });
    const asks = reply.kind !== 'answer' && reply.choices?.some(({ isOffer }) => isOffer !== true) === true;
    return { posts, isPrivate: isPrivate || reply.kind === 'error' || asks };
  }

  async function respondOld(interaction: Answerable): Promise<void> {
    const speaker = await interactionSpeaker(services, interaction);
    await respondText(interaction, createSay(speaker.language)('discord.oldButton'));
  }

  async function respondText(interaction: Answerable, text: string): Promise<void> {
    const { content, allowedMentions } = makePost(escapeText(text));
    await interaction.reply({ content, allowedMentions, flags: ['Ephemeral', 'SuppressEmbeds'] });
  }
}
