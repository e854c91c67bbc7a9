// Every command, in the order of /help.

import { ask } from './ask.js';
import type { Command } from './command.js';
import { demo } from './demo.js';
import { forget } from './forget.js';
import { createHelp } from './help.js';
import { modelCancel } from './model-cancel.js';
import { modelCompare } from './model-compare.js';
import { modelPromote } from './model-promote.js';
import { modelRollback } from './model-rollback.js';
import { modelStatus } from './model-status.js';
import { modelTrain } from './model-train.js';
import { privacyExport, privacyForget, privacyShow } from './privacy.js';
import { promptShow } from './prompt-show.js';
import { review } from './review.js';
import { settings } from './settings.js';
import { taskCreate } from './task-create.js';
import { taskDelete } from './task-delete.js';
import { taskEdit } from './task-edit.js';
import { taskExport } from './task-export.js';
import { taskImport } from './task-import.js';
import { taskList } from './task-list.js';
import { taskShow } from './task-show.js';
import { teach } from './teach.js';
import { teachFile } from './teach-file.js';
import { undo } from './undo.js';

export type { Audience, Command, Visibility } from './command.js';
export { shapeOf } from './command.js';

export const COMMANDS: readonly Command[] = [
  taskCreate,
  taskList,
  taskShow,
  taskEdit,
  taskDelete,
  taskExport,
  taskImport,
  teach,
  teachFile,
  ask,
  forget,
  review,
  undo,
  modelTrain,
  modelStatus,
  modelCompare,
  modelPromote,
  modelRollback,
  modelCancel,
  promptShow,
  demo,
  settings,
  privacyShow,
  privacyExport,
  privacyForget,
  createHelp(() => COMMANDS.filter(({ hidden }) => !hidden)),
];
