// Routes as a table: method, path with :names, handler.

import type { UploadedFile } from '../body.js';
import type { Json } from '../types.js';

export interface Call {
  readonly query: URLSearchParams;
  readonly json: Json;
  /** The body when it is a list (PUT of commands). */
  readonly list: readonly unknown[];
  readonly files: readonly UploadedFile[];
  param(name: string): string;
}

/** Undefined answers 204; `created` answers 201. */
export type Handler = (call: Call) => unknown;

export interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly handle: Handler;
  /** Without the bot's token: interaction callbacks and their webhooks. */
  readonly open?: boolean;
}

export interface Hit {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Routes whose rate limits are counted apart for each of these. */
const MAJOR = ['channel', 'guild', 'webhook', 'token'] as const;

export function createRouter(routes: readonly Route[]): (method: string, path: string) => Hit | null {
  const table = routes.map((route) => ({
    route,
    regExp: new RegExp(`^${route.pattern.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  }));
  return (method, path) => {
    for (const { route, regExp } of table) {
      const match = route.method === method ? regExp.exec(path) : null;
      if (match === null) continue;
      // discord.js sends @original as %40original.
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { route, params: Object.fromEntries(params) as Record<string, string> };
    }
    return null;
  };
}

/** The bucket of a route, and what it is counted for. */
export const bucketOf = ({ route, params }: Hit): string =>
  [route.method, route.pattern, ...MAJOR.map((name) => params[name] ?? '')].join(' ');
