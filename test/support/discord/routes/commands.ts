// Registering application commands, for everyone or for one guild.

import { RESTJSONErrorCodes } from 'discord.js';
import { ApiError, missingAccess, unknownCommand } from '../api-error.js';
import { checkCommand, checkCommandSet, typeOf } from '../rules/commands.js';
import { asJson } from '../rules/form.js';
import type { Json } from '../types.js';
import type { Command, CommandScope, World } from '../world.js';
import type { Call, Handler, Route } from './router.js';

const CREATES_A_DAY = 200;
const MAX_COMMANDS = 100;
const TRANSLATIONS = ['name_localizations', 'description_localizations'];

export function commandRoutes(world: World): readonly Route[] {
  const scopeOf = ({ param }: Call): [string, CommandScope] => {
    if (param('application') !== world.appId) throw missingAccess();
    const name = param('guild') === '' ? 'global' : param('guild');
    if (name !== 'global' && world.guilds.get(name)?.state !== 'in') throw missingAccess();
    const scope = world.commands.get(name) ?? { list: [], puts: 0, created: 0 };
    world.commands.set(name, scope);
    return [name, scope];
  };

  const store = (name: string, scope: CommandScope, command: Json, before: Command | undefined): Command => {
    if (before === undefined && ++scope.created > CREATES_A_DAY)
      throw new ApiError(
        429,
        RESTJSONErrorCodes.MaximumDailyApplicationCommandCreatesReached,
        'Max number of daily application command creates has been reached (200)',
      );
    const clean = asAnswered(command, name);
    const same =
      before !== undefined &&
      JSON.stringify({ ...before, id: 0, version: 0 }) === JSON.stringify({ id: 0, ...clean, version: 0 });
    return {
      id: before?.id ?? world.ids.next(),
      ...clean,
      version: same ? before.version : world.ids.next(),
    } as unknown as Command;
  };

  const asAnswered = (command: Json, scope: string): Json => ({
    application_id: world.appId,
    type: typeOf(command),
    name: command.name,
    name_localizations: command.name_localizations ?? null,
    description: command.description ?? '',
    description_localizations: command.description_localizations ?? null,
    ...(Array.isArray(command.options) && command.options.length > 0
      ? { options: command.options.map(cleanOption) }
      : {}),
    default_member_permissions: command.default_member_permissions ?? null,
    nsfw: command.nsfw === true,
    ...(scope === 'global'
      ? { contexts: command.contexts ?? null, integration_types: command.integration_types ?? [0], dm_permission: true }
      : { guild_id: scope }),
  });

  const samePlace = (command: Json) => (candidate: Command) =>
    candidate.name === command.name && candidate.type === typeOf(command);

  const byId = (scope: CommandScope, call: Call): Command => {
    const command = scope.list.find(({ id }) => id === call.param('command'));
    if (command === undefined) throw unknownCommand();
    return command;
  };

  const put: Handler = (call) => {
    const [name, scope] = scopeOf(call);
    checkCommandSet(call.list);
    scope.puts++;
    scope.list = call.list
      .map(asJson)
      .map((command) => store(name, scope, command, scope.list.find(samePlace(command))));
    return scope.list;
  };

  const list: Handler = (call) => {
    const [, { list }] = scopeOf(call);
    return call.query.get('with_localizations') === 'true' ? list : list.map(withoutTranslations);
  };

  const post: Handler = (call) => {
    const [name, scope] = scopeOf(call);
    checkCommand(call.json);
    const before = scope.list.find(samePlace(call.json));
    if (before === undefined && scope.list.length >= MAX_COMMANDS)
      throw new ApiError(
        400,
        RESTJSONErrorCodes.MaximumNumberOfApplicationCommandsReached,
        'Maximum number of application commands reached (100)',
      );
    const command = store(name, scope, call.json, before);
    scope.list = [...scope.list.filter((other) => other !== before), command];
    return command;
  };

  const patch: Handler = (call) => {
    const [name, scope] = scopeOf(call);
    const before = byId(scope, call);
    const merged = { ...before, ...call.json, type: before.type };
    checkCommand(merged);
    const command = store(name, scope, merged, before);
    scope.list = scope.list.map((other) => (other === before ? command : other));
    return command;
  };

  const remove: Handler = (call) => {
    const [, scope] = scopeOf(call);
    const command = byId(scope, call);
    scope.list = scope.list.filter((other) => other !== command);
  };

  return ['/applications/:application/commands', '/applications/:application/guilds/:guild/commands'].flatMap(
    (pattern) => [
      { method: 'PUT', pattern, handle: put },
      { method: 'GET', pattern, handle: list },
      { method: 'POST', pattern, handle: post },
      { method: 'GET', pattern: `${pattern}/:command`, handle: (call) => byId(scopeOf(call)[1], call) },
      { method: 'PATCH', pattern: `${pattern}/:command`, handle: patch },
      { method: 'DELETE', pattern: `${pattern}/:command`, handle: remove },
    ],
  );
}

/** Discord answers without what is false or empty anyway, so that a comparison must not depend on it. */
function cleanOption(value: unknown): Json {
  const entries = Object.entries(asJson(value)).filter(([, entry]) => entry !== false && entry !== undefined);
  const option = Object.fromEntries(entries);
  if (Array.isArray(option.options)) option.options = option.options.map(cleanOption);
  return option;
}

function withoutTranslations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTranslations);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !TRANSLATIONS.includes(key))
      .map(([key, entry]) => [key, withoutTranslations(entry)]),
  );
}
