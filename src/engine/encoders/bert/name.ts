// Which encoder names mean a model of the BERT family: a folder, or the id of a model on the hub.

import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export type BertSource =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'hub'; readonly owner: string; readonly model: string };

const PATH_LIKE = /^(?:\.{1,2}(?:[\\/]|$)|[\\/~]|[A-Za-z]:[\\/])/;
const HUB_ID = /^([A-Za-z0-9][\w.-]*)\/([A-Za-z0-9][\w.-]*)$/;

/** Whether a name means a model's folder (it looks like a path, or is a folder that exists) or a hub id `owner/name`. */
export const isBertName = (name: string): boolean => sourceOf(name) !== null;

/** null: neither. A folder that exists wins over a hub id of the same name. */
export function sourceOf(name: string): BertSource | null {
  if (name === '') return null;
  const folder = path.resolve(/^~(?:[\\/]|$)/.test(name) ? path.join(homedir(), name.slice(1)) : name);
  if (PATH_LIKE.test(name) || isFolder(folder)) return { kind: 'folder', path: folder };
  const [, owner, model] = HUB_ID.exec(name) ?? [];
  return owner === undefined || model === undefined ? null : { kind: 'hub', owner, model };
}

const isFolder = (folder: string): boolean => statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
