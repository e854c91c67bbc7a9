// Files of the local chat: paths of this machine, relative to the folder that Handful was started in.

import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Say } from '../catalogue/index.js';
import { expandHome } from '../config.js';
import { fail } from '../fail.js';
import type { Files } from '../services.js';

export function createLocalFiles(say: Say): Files {
  return {
    open: async (reference) => {
      const file = path.resolve(expandHome(reference));
      const info = await stat(file).catch((error: NodeJS.ErrnoException) => {
        throw fail(
          say,
          'bad-file',
          error.code === 'ENOENT'
            ? say('file.missing', { file: reference })
            : say('file.unreadable', { file: reference, why: error.code ?? error.message }),
        );
      });
      if (info.isDirectory()) throw fail(say, 'bad-file', say('file.folder', { file: reference }));
      return { name: path.basename(file), source: { path: file } };
    },
    write: async (name, content) => {
      const file = path.resolve(expandHome(name));
      await writeFile(file, content, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        throw fail(
          say,
          'bad-file',
          error.code === 'EEXIST'
            ? say('file.exists', { file: name })
            : say('file.unwritable', { file: name, why: error.code ?? error.message }),
        );
      });
      return file;
    },
    writeFolder: async (name, files) => {
      const folder = path.resolve(expandHome(name));
      const unwritable = (error: NodeJS.ErrnoException): never => {
        const key = error.code === 'EEXIST' ? 'file.exists' : 'file.unwritable';
        throw fail(say, 'bad-file', say(key, { file: name, why: error.code ?? error.message }));
      };
      await mkdir(folder).catch(unwritable);
      try {
        for (const { path: file, bytes } of files) await writeFile(path.join(folder, file), bytes, { flag: 'wx' });
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        unwritable(error as NodeJS.ErrnoException);
      }
      return folder;
    },
  };
}
