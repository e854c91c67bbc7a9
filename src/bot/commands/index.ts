// Every command, in the order of /help.

import { ask } from './ask.js';
import type { Command } from './command.js';
import { conceptAdd } from './concept-add.js';
import { conceptAsk } from './concept-ask.js';
import { conceptEdit } from './concept-edit.js';
import { conceptList } from './concept-list.js';
import { conceptRemove } from './concept-remove.js';
import { demo } from './demo.js';
import { forget } from './forget.js';
import { createHelp } from './help.js';
import { line } from './line.js';
import { modelAdvise } from './model-advise.js';
import { modelCancel } from './model-cancel.js';
import { modelCompare } from './model-compare.js';
import { modelDoctor } from './model-doctor.js';
import { modelPromote } from './model-promote.js';
import { modelRollback } from './model-rollback.js';
import { modelStatus } from './model-status.js';
import { modelTrain } from './model-train.js';
import { privacyErase } from './privacy-erase.js';
import { privacyExport } from './privacy-export.js';
import { privacyForget } from './privacy-forget.js';
import { privacyShow } from './privacy-show.js';
import { promptShow } from './prompt-show.js';
import { review } from './review.js';
import { right } from './right.js';
import { settings } from './settings.js';
import { taskCreate } from './task-create.js';
import { taskDelete } from './task-delete.js';
import { taskEdit } from './task-edit.js';
import { taskExport } from './task-export.js';
import { taskImport } from './task-import.js';
import { taskList } from './task-list.js';
import { taskShow } from './task-show.js';
import { taskWatch } from './task-watch.js';
import { teach } from './teach.js';
import { teachFile } from './teach-file.js';
import { teachLines } from './teach-lines.js';
import { undo } from './undo.js';
import { why } from './why.js';
import { wrong } from './wrong.js';

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
  taskWatch,
  teach,
  teachFile,
  teachLines,
  ask,
  line,
  why,
  right,
  wrong,
  forget,
  review,
  undo,
  modelTrain,
  modelStatus,
  modelCompare,
  modelPromote,
  modelRollback,
  modelCancel,
  modelAdvise,
  modelDoctor,
  promptShow,
  conceptAsk,
  conceptList,
  conceptAdd,
  conceptEdit,
  conceptRemove,
  demo,
  settings,
  privacyShow,
  privacyExport,
  privacyForget,
  privacyErase,
  createHelp(() => COMMANDS.filter(({ hidden }) => !hidden)),
];
