// What Discord answers when a request breaks a rule: an HTTP status and `{ code, message, errors? }`.

import { RESTJSONErrorCodes as Codes } from 'discord.js';

export type ErrorTree = { readonly [key: string]: unknown };

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: number;
  readonly errors: ErrorTree | undefined;

  constructor(status: number, code: number, message: string, errors?: ErrorTree) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

export const unknownChannel = (): ApiError => new ApiError(404, Codes.UnknownChannel, 'Unknown Channel');
export const unknownGuild = (): ApiError => new ApiError(404, Codes.UnknownGuild, 'Unknown Guild');
export const unknownMember = (): ApiError => new ApiError(404, Codes.UnknownMember, 'Unknown Member');
export const unknownMessage = (): ApiError => new ApiError(404, Codes.UnknownMessage, 'Unknown Message');
export const unknownUser = (): ApiError => new ApiError(404, Codes.UnknownUser, 'Unknown User');
export const unknownWebhook = (): ApiError => new ApiError(404, Codes.UnknownWebhook, 'Unknown Webhook');
export const unknownInteraction = (): ApiError => new ApiError(404, Codes.UnknownInteraction, 'Unknown interaction');
export const unknownCommand = (): ApiError =>
  new ApiError(404, Codes.UnknownApplicationCommand, 'Unknown application command');
export const alreadyAcknowledged = (): ApiError =>
  new ApiError(400, Codes.InteractionHasAlreadyBeenAcknowledged, 'Interaction has already been acknowledged.');
export const invalidWebhookToken = (): ApiError =>
  new ApiError(401, Codes.InvalidWebhookToken, 'Invalid Webhook Token');
export const missingAccess = (): ApiError => new ApiError(403, Codes.MissingAccess, 'Missing Access');
export const missingPermissions = (): ApiError => new ApiError(403, Codes.MissingPermissions, 'Missing Permissions');
export const emptyMessage = (): ApiError =>
  new ApiError(400, Codes.CannotSendAnEmptyMessage, 'Cannot send an empty message');
