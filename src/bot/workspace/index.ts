// The door of the workspace.

export type * from './types.js';
export { FORGOTTEN_PERSON } from './types.js';
export { createWorkspace, type WorkspaceOptions } from './workspace.js';
