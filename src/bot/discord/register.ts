// Registering the commands with Discord: only when their definition changed, since Discord limits how often that may be done.

import { type REST, type RESTPostAPIApplicationCommandsJSONBody, Routes } from 'discord.js';

export async function registerCommands(
  rest: REST,
  {
    application,
    guild,
    commands,
  }: { application: string; guild: string | null; commands: RESTPostAPIApplicationCommandsJSONBody[] },
): Promise<'registered' | 'unchanged'> {
  const route =
    guild === null ? Routes.applicationCommands(application) : Routes.applicationGuildCommands(application, guild);
  const registered = await rest.get(route, { query: new URLSearchParams({ with_localizations: 'true' }) });
  const wanted = guild === null ? commands : commands.map(ofGuild);
  if (isUnchanged(wanted, registered)) return 'unchanged';
  await rest.put(route, { body: wanted });
  return 'registered';
}

/** Places of use belong to commands that are registered everywhere; Discord does not keep them for those of one server. */
function ofGuild(command: RESTPostAPIApplicationCommandsJSONBody): RESTPostAPIApplicationCommandsJSONBody {
  const { contexts: _, integration_types: __, ...kept } = command;
  return kept as RESTPostAPIApplicationCommandsJSONBody;
}

/** Whether everything that would be sent is there already, and nothing else. Discord adds fields of its own. */
export function isUnchanged(
  wanted: readonly { readonly name: string; readonly type?: number | undefined }[],
  registered: unknown,
): boolean {
  if (!Array.isArray(registered) || registered.length !== wanted.length) return false;
  return wanted.every((command) => {
    const found = registered.find(({ name, type }) => name === command.name && (type ?? 1) === (command.type ?? 1));
    return found !== undefined && holds(found, command);
  });
}

/** Whether `found` has every field of `wanted`; what Discord leaves out is null, false or empty. */
function holds(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const list = Array.isArray(found) ? found : [];
    return list.length === wanted.length && wanted.every((entry, i) => holds(list[i], entry));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const fields: Record<string, unknown> = typeof found === 'object' && found !== null ? { ...found } : {};
    return Object.entries(wanted).every(([name, value]) => holds(fields[name], value));
  }
  return found === wanted || ((wanted === false || wanted === undefined) && (found ?? false) === false);
}
